"""What the command palette finds besides what a page shows: every page, and the words people type for it."""

from typing import NamedTuple

from assistant.domain.agent import Permission
from assistant.domain.triage import View


class Page(NamedTuple):
    """A page that isn't in the side bar; `words` are what else it is looked for by, `needs` who may open it."""

    title: str
    at: str
    words: str
    needs: Permission = Permission.READ


VIEW_WORDS: dict[View, str] = {
    View.WAITING: "inbox queue open home mentions messages",
    View.REVIEW: "approve check",
    View.HANDOFF: "human handoff hand-off",
    View.MINE: "my assigned to me",
    View.UNASSIGNED: "nobody free",
    View.BREACHING: "late due overdue sla deadline",
    View.SENSITIVE: "safety legal press danger",
    View.LOW: "unsure doubtful uncertain",
    View.ESCALATED: "supervisor",
    View.SNOOZED: "later put off postponed sleeping",
    View.PUT_OFF: "knowledge base search index outage away delayed",
    View.ROBOT: "automatic automated bot sent",
    View.QUIET: "spam ignored silent",
    View.DONE: "done closed archive finished answered",
}
PAGES = (
    Page("Command centre on the wall", "/centre?wall=1", "dashboard screen monitor tv"),
    Page("Knowledge gaps", "/knowledge/gaps", "unanswered questions missing articles"),
    Page("Proposals from edits", "/knowledge/proposals", "improvements suggestions learned lessons"),
    Page("Conflicts between articles", "/knowledge/health", "contradictions duplicates twins merge"),
    Page("Sources", "/knowledge/sources", "import sync website help desk feed"),
    Page("Write an article", "/knowledge/new", "new add create faq", Permission.SUPERVISE),
    Page("Training", "/quality", "train retrain model intents examples relabel accuracy card"),
    Page("Eval runs", "/quality/runs", "evaluation run suites compare benchmark tests"),
    Page("Cases", "/quality/cases", "eval wrong replies edited"),
    Page("Reviewers", "/quality/reviewers", "canaries planted errors vigilance"),
    Page("Team", "/quality/team", "agents work people fairness performance workload", Permission.SUPERVISE),
    Page("Drills", "/quality/drills", "crisis fire drill rehearse emergency exercise storm"),
    Page("Record", "/record", "audit log history who did what export", Permission.SUPERVISE),
    Page("Voice and prompts", "/voice", "tone wording disclosure brand prompt versions style"),
    Page("Channels", "/channels", "connect networks mailbox e-mail accounts tokens integrations", Permission.SUPERVISE),
    Page(
        "Where you were called", "/calls", "called for you @ mentioned notes colleagues notifications", Permission.NOTE
    ),
)
