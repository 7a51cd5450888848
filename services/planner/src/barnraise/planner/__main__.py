from barnraise.chassis.service import run
from barnraise.planner.app import build

if __name__ == "__main__":
    run(build())
