"""Readings of a brand's sources: asked for, started by one process only, and kept with what they found."""

import uuid
from collections.abc import Callable, Sequence

import structlog

from assistant.domain.brand import Pack
from assistant.domain.sources import Asker, KnowledgeSource, SourceState, Sync, is_due, state_of
from assistant.errors import AssistantError, NotFound, SourceVanished
from assistant.ports import Clock, Store

ReadInto = Callable[[KnowledgeSource, Sync], Sync]
"""Reads a source into the pack, brings the index up to date and says what was found. Raises what went wrong."""

log = structlog.get_logger()


def source_states(pack: Pack, *, store: Store, clock: Clock) -> tuple[SourceState, ...]:
    """Every source of sources.yaml, in its order."""
    with store.read() as look:
        syncs = look.source_syncs(pack.brand.id)
    now = clock()
    return tuple(state_of(source, syncs, at=now) for source in pack.sources)


def ask_for(name: str, *, pack: Pack, store: Store, clock: Clock, asker: Asker) -> Sync:
    """Have a source read soon; asked again before that, it is still read once. Raises `NotFound`."""
    source = require_source(name, pack)
    with store.begin() as tx:
        waiting = [each for each in tx.source_syncs(pack.brand.id) if each.source == name and each.started_at is None]
        if waiting:
            return waiting[0]
        sync = _new(source, pack, clock, asker, key=uuid.uuid4().hex)
        tx.ask_sync(sync)
    return sync


def sync_now(name: str, *, pack: Pack, store: Store, clock: Clock, read_into: ReadInto) -> Sync:
    """Read a source here and now, whoever asked for it. Raises `NotFound`."""
    sync = ask_for(name, pack=pack, store=store, clock=clock, asker=Asker.COMMAND)
    return _run(sync, require_source(name, pack), store=store, clock=clock, read_into=read_into) or sync


def sync_due(*, pack: Pack, store: Store, clock: Clock, read_into: ReadInto) -> Sequence[Sync]:
    """Read every source whose time has come or that was asked for; what each found."""
    for state in source_states(pack, store=store, clock=clock):
        if is_due(state, at=clock()) and not state.waits:
            _ask_on_schedule(state, pack, store, clock)
    with store.read() as look:
        waiting = [each for each in look.source_syncs(pack.brand.id) if each.started_at is None]
    known = {source.name: source for source in pack.sources}
    found = [
        _run(each, known[each.source], store=store, clock=clock, read_into=read_into)
        for each in reversed(waiting)
        if each.source in known
    ]
    return [sync for sync in found if sync is not None]


def require_source(name: str, pack: Pack) -> KnowledgeSource:
    """Raises `NotFound`."""
    found = next((source for source in pack.sources if source.name == name), None)
    if found is None:
        raise NotFound("source", name)
    return found


def _ask_on_schedule(state: SourceState, pack: Pack, store: Store, clock: Clock) -> None:
    """The key says after which reading it comes, so that of several workers one asks."""
    after = state.newest.id if state.newest else "first"
    with store.begin() as tx:
        tx.ask_sync(_new(state.source, pack, clock, Asker.SCHEDULE, key=f"after-{after}"[:90]))


def _new(source: KnowledgeSource, pack: Pack, clock: Clock, asker: Asker, *, key: str) -> Sync:
    return Sync(
        id=uuid.uuid5(uuid.NAMESPACE_OID, f"{pack.brand.id}\0{source.name}\0{key}").hex,
        brand_id=pack.brand.id,
        source=source.name,
        asker=asker,
        asked_at=clock(),
    )


def _run(sync: Sync, source: KnowledgeSource, *, store: Store, clock: Clock, read_into: ReadInto) -> Sync | None:
    """None where another process has it."""
    started = sync.model_copy(update={"started_at": clock()})
    with store.begin() as tx:
        if not tx.start_sync(started):
            return None
    try:
        done = read_into(source, started)
    except AssistantError as problem:
        vanished = isinstance(problem, SourceVanished)
        done = started.model_copy(update={"problem": str(problem), "vanished": vanished})
    done = done.model_copy(update={"finished_at": clock()})
    with store.begin() as tx:
        tx.finish_sync(done)
        tx.append_audit(
            brand_id=done.brand_id,
            at=clock(),
            actor=done.asker.value,
            event="source_read",
            subject=done.source,
            facts={
                "added": len(done.added),
                "changed": len(done.changed),
                "gone": len(done.gone),
                "deleted": len(done.deleted),
                "went_well": done.went_well,
            },
        )
    log.info("source_read", source=done.source, articles=done.articles, gone=len(done.gone), well=done.went_well)
    return done
