import os

from barnraise.chassis.service import run
from barnraise.codegen.app import build

# numpy's products of matrices take every processor of a machine, whatever share a container has of them. Read when numpy is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

run(build())
