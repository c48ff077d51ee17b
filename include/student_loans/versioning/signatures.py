"""Signatures of data versions: HMAC-SHA-256 with a secret of the deployment.

Hashes in a version show that its bytes fit together. They do not show who wrote them: everybody who can write to the remote
can make a version whose hashes are right. Its signature can be made only with the secret.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from student_loans.errors import ConfigurationError, ErrorCode

SHORTEST_SECRET = 32
"""Characters; ``openssl rand -hex 32`` gives 64."""
_PURPOSE = b"student-loans data version 1\n"
"""Precedes what is signed, so that no other use of the same secret gives a signature of a version."""


@dataclass(frozen=True, slots=True)
class Signing:
    """The secrets of a deployment: the first one signs, each of them is accepted.

    Attributes:
        secrets: At least one.
    """

    secrets: tuple[bytes, ...] = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read the setting: secrets with commas between them, the newest first; None when it is empty.

        Raises:
            ConfigurationError: ``invalid_settings``: a secret is too short to be one.
        """
        secrets = [part for part in (part.strip() for part in text.split(",")) if part]
        if any(len(secret) < SHORTEST_SECRET for secret in secrets):
            raise ConfigurationError(
                ErrorCode.INVALID_SETTINGS,
                f"versioning.signing_secret needs {SHORTEST_SECRET} characters or more: openssl rand -hex 32 makes one.",
            )
        return cls(tuple(secret.encode() for secret in secrets)) if secrets else None

    def sign(self, content: Mapping[str, Any]) -> str:
        """The signature of plain data, hex."""
        return _signature(self.secrets[0], content)

    def fits(self, content: Mapping[str, Any], signature: str) -> bool:
        """Whether one of the secrets made the signature of this data."""
        given = signature.encode("utf-8", "replace")
        return any(hmac.compare_digest(_signature(secret, content).encode(), given) for secret in self.secrets)


def _signature(secret: bytes, content: Mapping[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hmac.new(secret, _PURPOSE + text.encode(), "sha256").hexdigest()
