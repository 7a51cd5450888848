from barnraise.chassis.service import run
from barnraise.validator.app import build

if __name__ == "__main__":
    run(build())
