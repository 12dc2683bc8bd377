"""Who may sign in to the web console, what was done about them, and letting somebody in no longer."""

from __future__ import annotations

from console.administering import Administrator, NotDone
from console.cli.exits import Exit, Stopped
from console.cli.options import Local
from console.cli.place import opened_store, present
from console.cli.printing import print_json, print_line, print_table
from console.cli.shapes import ConsoleUser, UserEntry
from settings import Settings, read_settings
from store.administration import By, Entry, entries
from store.sign_ins import User, all_users


def administrator(settings: Settings, reason: str) -> Administrator:
    """Whoever speaks at the command line: whoever has the machine may administer.

    Raises:
        Stopped: no reason was said.
    """
    try:
        return Administrator(By(settings.speaker, "cli"), reason, present())
    except NotDone as error:
        raise Stopped(Exit.USAGE, str(error)) from None


def close_user(local: Local, user_id: str, reason: str) -> None:
    """Let the user sign in no longer.

    Raises:
        Stopped: there is no such user, or nobody would be left who administers.
    """
    settings = read_settings()
    try:
        with opened_store(settings) as store, store.writing() as tx:
            closed = administrator(settings, reason).close(tx, user_id)
    except NotDone as error:
        raise Stopped(Exit.USAGE, str(error)) from None
    tell_user(local, closed)


def unlock_user(local: Local, user_id: str, reason: str) -> None:
    """Forgive the user's failed tries.

    Raises:
        Stopped: there is no such user.
    """
    settings = read_settings()
    try:
        with opened_store(settings) as store, store.writing() as tx:
            unlocked = administrator(settings, reason).unlock(tx, user_id)
    except NotDone as error:
        raise Stopped(Exit.USAGE, str(error)) from None
    tell_user(local, unlocked)


def show_users(local: Local) -> None:
    """List everybody who may or might sign in."""
    with opened_store(read_settings()) as store, store.reading() as reading:
        users = [_sight(each) for each in all_users(reading)]
    if local.as_json:
        print_json(users)
    elif users:
        print_table(("user", "role", ""), [(each.user, each.role, _said(each)) for each in users])
    else:
        print_line("nobody can sign in yet")


def show_log(local: Local, user_id: str | None) -> None:
    """List what was done about users, or about one."""
    with opened_store(read_settings()) as store, store.reading() as reading:
        done = [_entry(each) for each in entries(reading, user_id)]
    if local.as_json:
        print_json(done)
    elif done:
        rows = [
            (
                str(each.number), f"{each.at:%Y-%m-%d %H:%M:%SZ}", each.user, each.act,
                f"{each.by} ({each.method})", each.reason, each.hash[:12],
            )
            for each in done
        ]  # fmt: skip
        print_table(("", "when", "user", "done", "by", "why", "hash"), rows)
    else:
        print_line("nothing was done about users")


def tell_user(local: Local, user: User) -> None:
    """Say how the user stands now."""
    sight = _sight(user)
    if local.as_json:
        print_json(sight)
    else:
        more = ", administers" if sight.administers else ""
        may = "may sign in" if sight.open else "may sign in no longer"
        print_line(f"{sight.user}: {sight.role}, {may}{more}")


def _said(sight: ConsoleUser) -> str:
    if not sight.open:
        return "closed"
    return "administers" if sight.administers else ""


def _sight(user: User) -> ConsoleUser:
    return ConsoleUser(user.user_id, user.role.value, user.closed_at is None, user.administers)


def _entry(each: Entry) -> UserEntry:
    return UserEntry(
        each.number, each.at, each.by.id, each.by.method, each.user_id, each.act.value, each.reason, each.hash
    )
