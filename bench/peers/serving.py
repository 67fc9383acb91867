"""How peers answer: {"steps": n} with {"seconds": s, "memory": MiB}, once they have said what they are."""
import json
import resource
import sys
import time


def alone():
    """Files beside this one are no modules for libraries to find: torchvision looks for a package called pytorch."""
    sys.path.pop(0)


def serve(ready, step):
    """Takes as many steps as a line of input says, and tells how long they took, until the input ends."""
    print(json.dumps({"ready": ready}), flush=True)
    for line in sys.stdin:
        steps = json.loads(line)["steps"]
        start = time.perf_counter()
        for _ in range(steps):
            step()
        seconds = time.perf_counter() - start
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"seconds": seconds, "memory": memory}), flush=True)
