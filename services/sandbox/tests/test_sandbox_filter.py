"""The system call filter, judged by running its instructions."""

import functools
import struct

import pytest

from barnraise.sandbox.domain.seccomp import ARCHITECTURES, compile_absence, compile_filter
from barnraise.sandbox.domain.syscalls import ALLOWED, CHECKED, REFUSED, UNSUPPORTED, numbers

ALLOW, KILL = "allow", "kill"
EPERM, ENOSYS, EOPNOTSUPP, EAFNOSUPPORT = 1, 38, 95, 97


@functools.cache
def program(machine: str) -> list[tuple[int, int, int, int]]:
    return list(struct.iter_unpack("<HBBI", compile_filter(machine)))


def verdict(machine: str, number: int, *arguments: int, architecture: int | None = None) -> str | int:
    return judged(program(machine), machine, number, *arguments, architecture=architecture)


def judged(
    instructions: list[tuple[int, int, int, int]], machine: str, number: int, *arguments: int, architecture: int | None = None
) -> str | int:
    """What the kernel would do: classic BPF over struct seccomp_data."""
    known = ARCHITECTURES[machine] if architecture is None else architecture
    data = struct.pack("<IIQ6Q", number, known, 0, *(*arguments, *[0] * 6)[:6])
    accumulator, at = 0, 0
    for _ in range(len(instructions)):
        code, yes, no, constant = instructions[at]
        at += 1
        match code:
            case 0x20:
                (accumulator,) = struct.unpack_from("<I", data, constant)
            case 0x05:
                at += constant
            case 0x15:
                at += yes if accumulator == constant else no
            case 0x35:
                at += yes if accumulator >= constant else no
            case 0x45:
                at += yes if accumulator & constant else no
            case 0x06:
                return {0x7FFF0000: ALLOW, 0x80000000: KILL}.get(constant, constant & 0xFFFF)
            case _:
                raise AssertionError(f"unknown instruction {code:#x}")
    raise AssertionError("the program does not end")


@pytest.fixture(params=sorted(ARCHITECTURES))
def machine(request: pytest.FixtureRequest) -> str:
    return request.param


def test_every_call_of_the_tables_gets_its_answer(machine: str) -> None:
    for name, number in numbers(ALLOWED, machine).items():
        assert verdict(machine, number) == ALLOW, name
    for name, number in numbers(REFUSED, machine).items():
        assert verdict(machine, number) == EPERM, name
    for name, number in numbers(UNSUPPORTED, machine).items():
        assert verdict(machine, number) == EOPNOTSUPP, name


def test_the_tables_do_not_overlap(machine: str) -> None:
    tables = [set(numbers(table, machine).values()) for table in (ALLOWED, CHECKED, REFUSED, UNSUPPORTED)]
    assert sum(map(len, tables)) == len(set().union(*tables))


def test_unknown_calls_do_not_exist(machine: str) -> None:
    known = {number for table in (ALLOWED, CHECKED, REFUSED, UNSUPPORTED) for number in numbers(table, machine).values()}
    unknown = [number for number in range(700) if number not in known]
    assert {verdict(machine, number) for number in unknown} == {ENOSYS}
    assert verdict(machine, 435) == ENOSYS  # clone3


def test_an_absence_is_of_one_call_and_of_nothing_else(machine: str) -> None:
    instructions = list(struct.iter_unpack("<HBBI", compile_absence("membarrier", machine)))
    missing = numbers(ALLOWED, machine)["membarrier"]
    assert {number for number in range(700) if judged(instructions, machine, number) != ALLOW} == {missing}
    assert judged(instructions, machine, missing) == ENOSYS
    assert judged(instructions, machine, missing, architecture=0x40000003) == ALLOW


def test_another_architecture_is_killed(machine: str) -> None:
    assert verdict(machine, 0, architecture=0x40000003) == KILL


def test_the_x32_interface_does_not_exist() -> None:
    assert verdict("x86_64", 0x40000000 | 59) == ENOSYS


@pytest.mark.parametrize(
    ("family", "protocol", "expected"),
    [(1, 0, ALLOW), (2, 0, ALLOW), (10, 6, ALLOW), (16, 0, ALLOW), (16, 2, EAFNOSUPPORT), (17, 0, EAFNOSUPPORT), (40, 0, EAFNOSUPPORT)],
)
def test_sockets_are_local(machine: str, family: int, protocol: int, expected: str | int) -> None:
    assert verdict(machine, numbers(CHECKED, machine)["socket"], family, 1, protocol) == expected


def test_a_high_half_does_not_hide_a_family(machine: str) -> None:
    assert verdict(machine, numbers(CHECKED, machine)["socket"], (1 << 32) | 40) == EAFNOSUPPORT


@pytest.mark.parametrize("flag", [0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000])
def test_clone_makes_no_namespace(machine: str, flag: int) -> None:
    clone = numbers(CHECKED, machine)["clone"]
    assert verdict(machine, clone, flag | 17) == EPERM
    assert verdict(machine, clone, 0x003D0F00) == ALLOW  # what a thread is made with


def test_terminals_cannot_be_typed_into(machine: str) -> None:
    ioctl = numbers(CHECKED, machine)["ioctl"]
    assert verdict(machine, ioctl, 0, 0x5412) == verdict(machine, ioctl, 0, (7 << 32) | 0x541C) == EPERM
    assert verdict(machine, ioctl, 0, 0x5413) == ALLOW


def test_personalities_are_the_harmless_ones(machine: str) -> None:
    personality = numbers(CHECKED, machine)["personality"]
    assert verdict(machine, personality, 0xFFFFFFFF) == ALLOW
    assert verdict(machine, personality, 0x0040000) == EPERM  # no address space randomisation


def test_a_machine_without_a_table_is_refused() -> None:
    with pytest.raises(ValueError, match="riscv64"):
        compile_filter("riscv64")
