from barnraise.chassis.service import run
from barnraise.gateway.app import build

if __name__ == "__main__":
    run(build())
