"""The command line: one file per family of commands, imported only when called, so that `--help` answers at once."""

import importlib
import keyword

import click

_COMMANDS = {
    "demo": ("assistant.cli.demo", "The main job in one go: index, train, answer the sample mentions, serve."),
    "run": ("assistant.cli.run", "Run mentions from a file through the whole pipeline; one Turn a line out."),
    "reply": ("assistant.cli.run", "Run one mention and show what would happen and why."),
    "understand": ("assistant.cli.learn", "Read texts: intent, scope, sentiment, urgency, stance, sensitivity."),
    "train": ("assistant.cli.learn", "Fit the intents of the pack, or of any labelled file."),
    "models": ("assistant.cli.learn", "The last models and what each changed; put one back."),
    "pack": ("assistant.cli.pack", "Begin a brand pack."),
    "import": ("assistant.cli.pack", "Make articles of pages, documents, tables, help desks and conversations."),
    "approve": ("assistant.cli.pack", "Approve imported drafts."),
    "index": ("assistant.cli.knowledge", "Index the brand's articles."),
    "knowledge": ("assistant.cli.care", "Look after articles: contradictions, sources, history, gaps, forgetting."),
    "search": ("assistant.cli.knowledge", "Search the articles, or rank a foreign collection."),
    "check": ("assistant.cli.check", "Check replies against the passages they should stand on."),
    "grounding": ("assistant.cli.grounding", "Fit the brand's own threshold of what counts as supported."),
    "chart": ("assistant.cli.chart", "Check, run, compare and draw triage charts."),
    "eval": ("assistant.cli.eval", "Run suites, score stored drafts, compare runs, attack the knowledge base."),
    "drill": ("assistant.cli.drill", "Play a crisis before it happens and say how it went."),
    "recall": ("assistant.cli.recall", "Find and take back every reply that stood on a wrong article."),
    "canaries": ("assistant.cli.canaries", "Plant wrong drafts for reviewers; see how many they catch."),
    "certify": ("assistant.cli.certify", "Prove from judged drafts what may be answered automatically."),
    "replay": ("assistant.cli.replay", "Run a change over recorded mentions, beside what people sent."),
    "ramp": ("assistant.cli.ramp", "How much of each certified slice is sent; move one."),
    "proposals": ("assistant.cli.proposals", "What agents' edits teach; accept or reject it."),
    "doctor": ("assistant.cli.doctor", "Say of each part whether it works and what to do; verify the log."),
    "channel": ("assistant.cli.channel", "Check a connected channel; label its account as a bot."),
    "listen": ("assistant.cli.channel", "Show live what comes in on connected channels, without taking it in."),
    "send": ("assistant.cli.channel", "Deliver what is due; --dry-run shows what would go out."),
    "record": ("assistant.cli.channel", "Keep what a channel brings, with personal data removed."),
    "replay-channel": ("assistant.cli.channel", "Play a recording into a store of its own and say what became of it."),
    "serve": ("assistant.cli.serve", "Serve the API and the console, worker included."),
    "work": ("assistant.cli.serve", "Answer waiting mentions and deliver replies."),
    "export": ("assistant.cli.export", "Write everything the store holds of the brand as files."),
    "migrate": ("assistant.cli.migrate", "Copy the embedded store to Postgres, checked."),
    "restored": ("assistant.cli.restored", "After a restored backup: post nothing that went out since."),
    "advocate": ("assistant.cli.advocate", "Customers who agreed to be asked when others have a question."),
    "agent": ("assistant.cli.agent", "Who may sign in to the console."),
}


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(_COMMANDS[cmd_name][0])
        name = cmd_name.replace("-", "_")
        command = getattr(module, f"{name}_" if keyword.iskeyword(name) else name)
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in _COMMANDS.items()])


@click.command(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]}, no_args_is_help=True)
@click.version_option(package_name="assistant")
def cli() -> None:
    """An automated response assistant for social customer care.

    Understands what people say to a brand, answers from the brand's own knowledge, checks every sentence and decides
    who speaks. Exit status: 0 done; 1 some input was bad, or a check or gate did not hold; 2 not decidable;
    3 infrastructure; 64 wrong usage.
    """
