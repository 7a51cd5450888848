"""What the validator is told to do."""

from barnraise.chassis.broker import Broker
from barnraise.chassis.outcome import Outcome
from barnraise.contracts.commands import ValidateCommit
from barnraise.validator.service import Validator


def register(broker: Broker, validator: Validator) -> None:
    async def validate(command: ValidateCommit) -> Outcome:
        return Outcome([await validator.validate(command)])

    broker.command(ValidateCommit, validate, step="validate", slots=2)
