"""What it means where a login does not work, or works no more, in sentences that say what
to change; `says` has the other refusals."""

from __future__ import annotations

from altsync.errors import LoginFailed
from altsync.sources.answers import HttpAnswer, place
from altsync.sources.jsonapi.says import TOKEN_HINT, see, shown
from altsync.sources.kinds import JsonapiConfig

PASSWORD_HINT = (
    "Put the password into ALTSYNC_PASSWORD, or run `altsync keys set altsync`"  # noqa: S105 - no password
)
CLIENT_HINT = (
    "Put the client's secret into ALTSYNC_TOKEN, or run `altsync keys set altsync`"
)


def who(config: JsonapiConfig) -> str:
    """Who is logged in, as far as altsync.toml says."""
    if config.login == "oauth":
        return f"the client `{config.client}`"
    return f"`{config.user}`" if config.user else "the user of the token"


def hint_of(login: str) -> str:
    """Where the secret of a login goes."""
    if login == "oauth":
        return CLIENT_HINT
    return PASSWORD_HINT if login in ("cookie", "basic") else TOKEN_HINT


def wrong_login(config: JsonapiConfig, *, fronted: bool = False) -> LoginFailed:
    """The one sentence for a login that did not work. It is never tried again.

    `fronted`: every request carries the password of a front door too.
    """
    nobody = "The site answers as if nobody were logged in"
    if fronted:
        return LoginFailed(
            f"{nobody}, though it took the password of `{config.user}`: its module HTTP"
            " Basic Authentication takes the front door's password for a login of its"
            " own. Uninstall that module on this site, or have the front door keep the"
            f" header Authorization to itself; then run again. {see('front')}"
        )
    if config.login == "oauth":
        return LoginFailed(
            f"{nobody}, though it gave a token: the consumer `{config.client}` has no"
            " user. Give it one in Drupal (Configuration > Simple OAuth > Consumers),"
            f" then run again. {see('tokens')}"
        )
    if config.login in ("bearer", "header"):
        return LoginFailed(
            f"{nobody}: the token is wrong or out of date, or the module that reads it"
            f" is not installed. {TOKEN_HINT}; then run again. {see('tokens')}"
        )
    extra = ""
    if config.login == "basic":
        extra = (
            '; with login = "basic" the module HTTP Basic Authentication must be'
            " installed"
        )
    return LoginFailed(
        f"{nobody}: the password of `{config.user}` is wrong, or the account is blocked"
        f" or locked{extra}. altsync does not try again, because five wrong tries lock"
        f" an account for six hours. {PASSWORD_HINT}; then run again. {see('login')}"
    )


def ended_login(config: JsonapiConfig) -> LoginFailed:
    """The login was good, and is not any more: no wrong password."""
    if config.login in ("cookie", "basic"):
        what = (
            f"the account `{config.user}` was blocked or locked, its password changed, or"
            " something on the site ends sessions early"
        )
        mend = f"Mend that. {see('login')}"
    else:
        what = "the token is out of date, or was taken back"
        mend = f"{hint_of(config.login)}. {see('tokens')}"
    if config.login == "bearer":
        what += ' (with login = "oauth" altsync fetches its own)'
    return LoginFailed(
        f"The login ended while altsync was at work: {what}. What was done until then"
        f" is kept; the same command goes on. {mend}"
    )


def token_refused(config: JsonapiConfig, answer: HttpAnswer) -> LoginFailed:
    """A token that was fetched a moment ago: a new one would fare no better."""
    return LoginFailed(
        f"The site refuses the token that it has just given to the client"
        f" `{config.client}` (401 at {place(answer.url)}). Its keys were changed, perhaps,"
        " or its clock jumps: look at Configuration > Simple OAuth in Drupal, and at the"
        f" site's log; then run again. {see('tokens')}",
        status=answer.status,
    )


def login_refused(user: str, said: str) -> LoginFailed:
    """Drupal does not even look at the password, and `said` why.

    The words are those of core's UserAuthenticationController. It speaks of an IP address
    where one account is locked for that address, too.
    """
    if "IP based flood" in said:
        return LoginFailed(
            "Drupal lets nobody log in from this computer's address for an hour, after"
            " fifty wrong passwords from there. Wait, or clear the lock (the table"
            f" `flood`), then run again. {see('locked')}"
        )
    if "failed login attempts" in said:
        return LoginFailed(
            f"Drupal has locked the account `{user}` after too many wrong passwords."
            " Wait six hours, or clear the lock (the table `flood`), then run again."
            f" {see('locked')}"
        )
    if "not been activated or is blocked" in said:
        return LoginFailed(
            f"Drupal says that the account `{user}` is blocked, or was never activated."
            f" Activate it at /admin/people, then run again. {see('login')}"
        )
    words = f" It says: {shown(said)}" if said else ""
    return LoginFailed(
        f"Drupal does not let `{user}` log in (403).{words} altsync does not try again,"
        f" because five wrong tries lock an account for six hours. {see('login')}"
    )


def client_refused(client: str, code: str, hint: str) -> LoginFailed:
    """Simple OAuth gives no token (884-887); `code` is RFC 6749's, `hint` its own words."""
    meaning = {
        "invalid_client": (
            f"there is no consumer `{client}`, its secret is another one, or it may not"
            f" use client credentials. Check jsonapi.client in altsync.toml. {CLIENT_HINT}"
        ),
        "invalid_scope": (
            "the scope is not known. Check jsonapi.scope in altsync.toml, or leave it"
            " out: the consumer's own is taken then"
        ),
        "unsupported_grant_type": (
            "client credentials are not switched on. Switch them on for the consumer"
            " and its scopes in Drupal"
        ),
        "server_error": (
            f"the consumer `{client}` has no user, or the site's keys are not made."
            " Look at Configuration > Simple OAuth in Drupal, and at the site's log"
        ),
    }.get(code, "Look at Configuration > Simple OAuth in Drupal")
    words = f" ({shown(hint).rstrip('.')})" if hint else ""
    return LoginFailed(
        f"The site gives no token: {shown(code).rstrip('.')}{words}: {meaning}; then run"
        f" again. altsync does not try again by itself. {see('tokens')}"
    )
