from barnraise.chassis.service import run
from barnraise.telemetry.app import build

if __name__ == "__main__":
    run(build())
