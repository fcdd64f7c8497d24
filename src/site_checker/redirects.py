"""Follow pages and rules that only lead on: to a page, in a circle, or to another that leads on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from site_checker.address import Base, Target, read
from site_checker.model import Code, Fault, Reference, Role
from site_checker.site import Site

RULES = "_redirects"
"""The file in which some hosts take their rules: `from to [status]`, one a line."""


def redirect_faults(site: Site, base: Base) -> Iterator[Fault]:
    """Yield circles and chains; a target that isn't there is found with the other addresses of the page."""
    leads = {
        name: _leads(site, base, name, page.redirect)
        for name, page in site.pages.items()
        if page.redirect is not None
    }
    written = {name: site.pages[name].redirect or "" for name in leads}
    rules, faults = _rules(site, base)
    yield from faults
    for source, (target, line) in rules.items():
        leads[f"{RULES}: {source}"] = target
        written[f"{RULES}: {source}"] = line
    yield from _ways(leads, written)


def _leads(site: Site, base: Base, name: str, target: str | None) -> str:
    """Return the file that a redirecting page leads to; empty if it leaves the site."""
    meant = read(Reference(target or "", Role.REDIRECT, "meta refresh"), name.split("/")[:-1], base)
    if not isinstance(meant, Target):
        return ""
    return site.file(meant.path) if target and not target.startswith("#") else name


def _ways(leads: Mapping[str, str], written: Mapping[str, str]) -> Iterator[Fault]:
    """Yield a fault for each redirect that leads to another."""
    for name, target in leads.items():
        way = [name]
        while target in leads and target not in way:
            way.append(target)
            target = leads[target]
        told = " → ".join([*way, target])
        page = RULES if name.startswith(f"{RULES}: ") else name
        if target in way:
            yield Fault(
                page=page,
                code=Code.REDIRECT_LOOP,
                message=f"it leads in a circle: {told}",
                needle=written[name],
            )
        elif len(way) > 1:
            yield Fault(page=page, code=Code.REDIRECT_CHAIN, message=f"it leads to what only leads on: {told}", needle=written[name],
                        hint=f"lead to {target or 'the end'} at once")  # fmt: skip


def _rules(site: Site, base: Base) -> tuple[dict[str, tuple[str, str]], list[Fault]]:
    """Return the rules of a `_redirects` file as file → (file, line), and what is wrong with them."""
    found: dict[str, tuple[str, str]] = {}
    faults: list[Fault] = []
    for line in site.text(RULES).splitlines() if RULES in site.files else ():
        parts = line.partition("#")[0].split()
        if len(parts) < 2 or "*" in line or ":" in parts[0] or parts[1].startswith("/:"):
            continue
        source, target = (read(Reference(each, Role.REDIRECT, RULES), [], base) for each in parts[:2])
        if not isinstance(source, Target):
            continue
        if site.file(source.path) and not any(part.endswith("!") for part in parts[2:]):
            faults.append(
                Fault(
                    page=RULES,
                    code=Code.COLLISION,
                    message=f"{parts[0]} is a page, which hides the rule",
                    needle=line,
                )
            )
        if isinstance(target, Target):
            file = site.file(target.path)
            found[source.path.strip("/")] = (file or target.path.strip("/"), line)
    rules = {f"{RULES}: {each}" for each in found}
    for origin, (file, line) in found.items():
        if file not in site.files and f"{RULES}: {file}" not in rules:
            faults.append(
                Fault(
                    page=RULES,
                    code=Code.MISSING_FILE,
                    message=f"/{origin} leads to /{file}, which is not there",
                    needle=line,
                )
            )
        elif file not in site.files:
            found[origin] = (f"{RULES}: {file}", line)
    return found, faults
