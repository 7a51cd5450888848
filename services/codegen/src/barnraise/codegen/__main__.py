from barnraise.chassis.service import run
from barnraise.codegen.app import build

run(build())
