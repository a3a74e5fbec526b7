"""Which tests a contributor runs, and which run in the whole suite alone."""


def test_every_test_is_either_fast_or_whole(request):
    for item in request.session.items:
        marks = [mark.name for mark in item.iter_markers() if mark.name in ("fast", "whole")]
        assert len(set(marks)) == 1, item.nodeid
