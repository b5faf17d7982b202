"""Requests effects from the host.

A plug performs no effects itself. An operation returns the effect that it needs; the host performs it, appends the
result to `context.exchanges`, and runs the operation again from the start. Each request for an effect therefore takes
the next exchange. If there is none yet, it raises the effect, which ends the run.

This requires that an operation, given the same context, requests the same effects in the same order. Take time and
randomness from the context, and store nothing in module variables.
"""

from componentize_py_types import Err
from wit_world.imports import effect
from wit_world.imports.effect import OutboundFailure

_WHY = {
    OutboundFailure.REFUSED_BY_POLICY: "the connection's policy refuses this call: check the plug's hosts and the "
    "connection's `outbound`",
    OutboundFailure.UNREACHABLE: "the provider cannot be reached",
    OutboundFailure.TIMED_OUT: "the provider did not answer in time",
    OutboundFailure.TOO_LARGE: "the provider's answer is too long",
}


class Effects:
    """The effects of an operation, in order."""

    def __init__(self, context: effect.Context):
        self._exchanges = iter(context.exchanges)

    def send(
        self, method, url, headers=(), body=(), basic=None, captures=(), idempotent=None
    ) -> effect.OutboundResponse:
        """Sends a request and returns the answer, whatever its status. `idempotent` allows the host to retry it."""
        idempotent = method == effect.Method.GET if idempotent is None else idempotent
        request = effect.OutboundRequest(
            method=method, url=list(url), headers=list(headers), basic=basic, body=list(body), captures=list(captures),
            idempotent=idempotent,
        )  # fmt: skip
        exchange = self._perform(effect.Effect_Call(request))
        if isinstance(exchange, effect.Exchange_Answered):
            return exchange.value
        raise failure(effect.Failure_Unavailable(_WHY[exchange.value]))

    def set_state(self, entries: list[effect.StateEntry]) -> None:
        """Stores state entries for later operations of this connection."""
        self._perform(effect.Effect_SetState(entries))

    def delete_state(self, keys: list[str]) -> None:
        """Deletes the state entries with these keys."""
        self._perform(effect.Effect_DeleteState(keys))

    def _perform(self, wanted):
        for exchange in self._exchanges:
            return exchange
        raise Err(effect.Pause_Effect(wanted))


def failure(why: effect.Failure) -> Err:
    """Builds the exception for a failure."""
    return Err(effect.Pause_Failed(why))


def text(value: str) -> effect.Piece:
    """Returns a literal piece of a request."""
    return effect.Piece_Text(value)


def secret(key: str, escape=effect.Escape.NONE) -> effect.Piece:
    """Returns a piece that the host replaces by the value of a secret setting, which the plug never sees."""
    return effect.Piece_Secret(effect.Secret(key, escape))
