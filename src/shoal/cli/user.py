"""``shoal user``: who may use the server."""

from __future__ import annotations

import getpass
import sys
from datetime import timedelta
from typing import Annotated

import typer

from shoal.cli.options import AsJson, DatabaseUrl
from shoal.cli.output import note, print_json, print_line, print_table
from shoal.cli.session import opened
from shoal.engine.paging import MOST
from shoal.engine.rendering import plain
from shoal.errors import InputError
from shoal.people.permissions import Role

app = typer.Typer(
    help="Users of the server: with the first one, it asks everybody for credentials.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

UserId = Annotated[str, typer.Argument(metavar="USER", help="Id of the user, as they log in.")]
PasswordStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from the first line of stdin.")
]
_COLUMNS = ("id", "first_name", "last_name", "email", "roles", "tenants", "has_password")


@app.command()
def add(
    user_id: UserId,
    password_stdin: PasswordStdin = False,
    no_password: Annotated[bool, typer.Option("--no-password", help="Only tokens will do.")] = False,
    first_name: Annotated[str | None, typer.Option(help="First name.", show_default=False)] = None,
    last_name: Annotated[str | None, typer.Option(help="Last name.", show_default=False)] = None,
    email: Annotated[str | None, typer.Option(help="Address for mail.", show_default=False)] = None,
    role: Annotated[list[Role] | None, typer.Option(help="What they may do; may be given several times.")] = None,
    tenant: Annotated[
        list[str] | None, typer.Option(help="To which tenants they belong; may be given several times.")
    ] = None,
    database: DatabaseUrl = None,
) -> None:
    """Add a user. Asks for the password unless told where it is."""
    password = None if no_password else _password(from_stdin=password_stdin)
    with opened(database) as engine:
        known = {each.id for each in engine.tenants.list(ids=tuple(tenant or ()), limit=MOST)}
        for each in tenant or ():
            if each not in known:
                raise InputError(
                    f"--tenant: there is no tenant '{each}'; add it: shoal user tenant {each}", field="tenant"
                )
        engine.users.create(user_id, password=password, first_name=first_name, last_name=last_name, email=email)
        for each_role in role or ():
            engine.users.give_role(each_role, user_id=user_id)
        for each in tenant or ():
            engine.tenants.add(each, user_id=user_id)
    print_line(f"Added user {user_id}.")


@app.command("list")
def list_users(database: DatabaseUrl = None, as_json: AsJson = False) -> None:
    """List the users, with their own roles and tenants."""
    with opened(database) as engine:
        found = []
        for each in engine.users.list(limit=MOST):
            roles = [grant.role for grant in engine.users.roles(user_id=each.id)]
            tenants = [tenant.id for tenant in engine.tenants.list(user_id=each.id, limit=MOST)]
            found.append({**plain(each), "roles": roles, "tenants": tenants})
    if as_json:
        print_json(found)
    else:
        shown = [{**each, "roles": " ".join(each["roles"]), "tenants": " ".join(each["tenants"])} for each in found]
        print_table(_COLUMNS, ([each[column] for column in _COLUMNS] for each in shown))


@app.command()
def remove(user_id: UserId, database: DatabaseUrl = None) -> None:
    """Remove a user with everything that they were given; what they did stays."""
    with opened(database) as engine:
        engine.users.delete(user_id)
    print_line(f"Removed user {user_id}.")


@app.command()
def password(user_id: UserId, password_stdin: PasswordStdin = False, database: DatabaseUrl = None) -> None:
    """Give a user another password, and let them try again at once."""
    given = _password(from_stdin=password_stdin)
    with opened(database) as engine:
        engine.users.set_password(user_id, given)
    print_line(f"Changed the password of user {user_id}.")


@app.command()
def role(
    user_id: UserId,
    name: Annotated[Role, typer.Argument(metavar="ROLE", help="viewer, operator, deployer or admin.")],
    take: Annotated[bool, typer.Option("--take", help="Take it away.")] = False,
    database: DatabaseUrl = None,
) -> None:
    """Give a user a role, or take it away."""
    with opened(database) as engine:
        change = engine.users.take_role if take else engine.users.give_role
        change(name, user_id=user_id)
    print_line(f"User {user_id} has the role {name} no more." if take else f"User {user_id} has the role {name}.")


@app.command()
def token(
    user_id: UserId,
    name: Annotated[str, typer.Argument(help="What it is for; revoke it by this name.")],
    days: Annotated[
        int | None,
        typer.Option(min=1, max=36_500, help="How long it is valid, else for ever.", show_default=False),
    ] = None,
    revoke: Annotated[bool, typer.Option("--revoke", help="Let it be worth nothing from now on.")] = False,
    database: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Issue a bearer token, and print it this once; or revoke one."""
    with opened(database) as engine:
        if revoke:
            engine.users.revoke_token(user_id, name)
            print_line(f"Revoked token {name} of user {user_id}.")
            return
        lifetime = None if days is None else timedelta(days=days)
        issued = engine.users.issue_token(user_id, name, lifetime=lifetime)
    if as_json:
        print_json({**plain(issued.token), "secret": issued.secret})
        return
    print_line(issued.secret)
    note("Keep it; it is not shown again.")


@app.command()
def tenant(
    tenant_id: Annotated[str, typer.Argument(metavar="TENANT", help="Id of the tenant.")],
    name: Annotated[str | None, typer.Option(help="Name of a new tenant.", show_default=False)] = None,
    user: Annotated[list[str] | None, typer.Option(help="Who belongs to it; may be given several times.")] = None,
    database: DatabaseUrl = None,
) -> None:
    """Add a tenant if there is none of that id, and users to it."""
    with opened(database) as engine:
        if not engine.tenants.count(ids=(tenant_id,)):
            engine.tenants.create(tenant_id, name=name)
        for each in user or ():
            engine.tenants.add(tenant_id, user_id=each)
    print_line(f"Tenant {tenant_id}" + (f" with {', '.join(user)}." if user else "."))


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise InputError("say where the password is: --password-stdin", field="password")
    first = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != first:
        raise InputError("these were two different passwords", field="password")
    return first
