"""A place in the queue: view, filters, search, sort and page; its address is kept while somebody works there."""

from dataclasses import dataclass, replace
from typing import Annotated
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi import Depends, Form, Query
from pydantic import AfterValidator

from assistant.compose import Assistant
from assistant.domain.agent import Agent
from assistant.domain.triage import QueueQuery, Sort, Triage, View
from assistant.ports import Reading

SETTLED = frozenset({View.DONE, View.QUIET, View.ROBOT})
"""Views of what is over."""
FARTHEST = 100_000
"""How many conversations somebody may turn over."""
MOST_SEARCHED = 200
"""Letters of a search."""
PAGE = 50
"""Conversations on a page of the queue."""
LONGEST = 4000
"""Letters of an address: a search may take twelve for each of its own."""
QUEUE = "/queue/"

Back = Annotated[str, Form(max_length=LONGEST)]
BackAsked = Annotated[str, Query(max_length=LONGEST)]
"""As `Back`, in an address."""
Word = Annotated[str, Query(max_length=100)]
Searched = Annotated[str, AfterValidator(lambda said: said[:MOST_SEARCHED])]
"""Words to search for; of a whole message that somebody pastes its beginning."""


@dataclass(frozen=True)
class Place:
    """What an address of the queue says; empty filters let everything through, and a search looks into every view."""

    view: View = View.WAITING
    channel: str = ""
    queue: str = ""
    tag: str = ""
    intent: str = ""
    sentiment: str = ""
    sort: str = ""
    q: str = ""
    start: int = 0

    @property
    def filters(self) -> dict[str, str]:
        """All of them, by their names in the address."""
        return {name: getattr(self, name) for name in ("channel", "queue", "tag", "intent", "sentiment")}

    @property
    def sorted_by(self) -> Sort:
        """Due time where the address says nothing that sorts, and newest where nothing is due any more."""
        over = self.view in SETTLED and not self.q
        if self.sort in set(Sort) and not (self.sort == Sort.DUE and over):
            return Sort(self.sort)
        return Sort.NEWEST if over else Sort.DUE

    def address(self, **change: object) -> str:
        """Where this is, or what differs from it so, is found again."""
        parts = {**self.filters, "q": self.q, "sort": self.sort, "start": self.start, **change}
        said = {name: str(value) for name, value in parts.items() if value}
        return f"{QUEUE}{self.view}?{urlencode(said)}" if said else f"{QUEUE}{self.view}"

    def view_address(self, view: View) -> str:
        """The same filters in another view."""
        return replace(self, view=view, q="", sort="", start=0).address()

    def query(self, assistant: Assistant, agent: Agent) -> QueueQuery:
        """For the store, as this agent may ask."""
        return QueueQuery(
            brand_id=assistant.pack.brand.id,
            view=self.view,
            agent=agent.name,
            now=assistant.clock(),
            queues=agent.only_queues,
            sort=self.sorted_by,
            min_confidence=assistant.pack.automation.min_intent_confidence,
            **self.filters,
        )

    def listed(self, look: Reading, query: QueueQuery, *, limit: int) -> list[Triage]:
        """What stands here, in order."""
        if self.q.strip():
            return list(look.found(query, self.q, offset=self.start, limit=limit))
        return list(look.queue(query, offset=self.start, limit=limit))


def _place(
    sort: Word = "",
    channel: Word = "",
    queue: Word = "",
    tag: Word = "",
    intent: Word = "",
    sentiment: Word = "",
    q: Searched = "",
    start: Annotated[int, Query(ge=0, le=FARTHEST)] = 0,
) -> Place:
    return Place(channel=channel, queue=queue, tag=tag, intent=intent, sentiment=sentiment, sort=sort, q=q, start=start)


ThePlace = Annotated[Place, Depends(_place)]
"""What the address asks for; the view is the handler's to say."""


def came_from(back: str) -> Place:
    """The place an address of the queue names; all that waits where it is none."""
    parts = urlsplit(back)
    name = parts.path.removeprefix(QUEUE)
    if not back.startswith(QUEUE) or name not in set(View):
        return Place()
    said = dict(parse_qsl(parts.query))
    start = int(said["start"]) if said.get("start", "").isdecimal() else 0
    words = {word: said.get(word, "")[:100] for word in ("sort", *Place().filters)}
    return Place(View(name), q=said.get("q", "")[:MOST_SEARCHED], start=min(start, FARTHEST), **words)
