"""Clusters of Dask on loopback, and what tests compare of networks."""

import numpy as np
from distributed import LocalCluster

from skdense.dask.cluster import Cluster


def local_cluster(n_workers, **how):
    how = {"threads_per_worker": 1, "dashboard_address": ":0", "memory_limit": 0, **how}
    return LocalCluster(n_workers=n_workers, **how)


def params_of(net):
    return np.concatenate([network.params for network in net.networks_])


class Immediate(Cluster):
    """Runs tasks when they are submitted, without Dask: their results are the futures."""

    def __init__(self):
        """Without a client."""

    def submit(self, task, *args):
        return task(*args)

    def gather(self, results):
        return list(results)
