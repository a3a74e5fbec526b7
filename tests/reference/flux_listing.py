"""Reference numbers for the Flux listing, by PyTorch's autograd and optimizer in float64.

    python tests/reference/flux_listing.py > tests/reference/flux_listing.json

Run with torch 2.13.0 (pip install torch==2.13.0). The listing, in Julia:

    model = Chain(Dense(10, 32, relu), Dense(32, 2), softmax)
    X, y = rand(10, 1000), rand(2, 1000)
    loss(x, y) = Flux.mse(model(x), y)
    Flux.train!(loss, params(model), [(X, y)], ADAM(0.01))

One pass over the whole data is one step of Adam. `torch.optim.Adam` and Flux's `ADAM` are both
algorithm 1 of Kingma & Ba with epsilon 1e-8. Data and starting parameters come from formulas, so
that no random generator has to be shared.
"""

import json

import torch

torch.set_default_dtype(torch.float64)


def wave(n_rows, n_columns, frequency):
    """Values between 0 and 1 that look random enough and are the same everywhere."""
    i = torch.arange(n_rows * n_columns, dtype=torch.float64).reshape(n_rows, n_columns)
    return (torch.sin(i * frequency) + 1) / 2


def main():
    X, y = wave(1000, 10, 12.9898), wave(1000, 2, 78.233)
    params = [
        (wave(10, 32, 3.7) - 0.5).requires_grad_(),
        (wave(1, 32, 1.3)[0] * 0.1).requires_grad_(),
        (wave(32, 2, 5.1) - 0.5).requires_grad_(),
        (wave(1, 2, 2.9)[0] * 0.1).requires_grad_(),
    ]
    adam = torch.optim.Adam(params, lr=0.01)
    result = {"torch": torch.__version__, "losses": []}
    for step in range(1, 51):
        adam.zero_grad()
        hidden = torch.relu(X @ params[0] + params[1])
        loss = torch.nn.functional.mse_loss(torch.softmax(hidden @ params[2] + params[3], 1), y)
        loss.backward()
        adam.step()
        result["losses"].append(loss.item())
        if step in (1, 50):
            names = ("coef_1", "intercept_1", "coef_2", "intercept_2")
            arrays = zip(names, params, strict=True)
            result[f"step_{step}"] = {name: array.detach().tolist() for name, array in arrays}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
