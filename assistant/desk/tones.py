"""The same answer in another tone, from the draft's own sentences and the brand's own words: nothing new is claimed."""

import re
from typing import NamedTuple

from assistant.domain.brand import Pack
from assistant.domain.draft import Claim, Draft, running_text
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import ClaimKind, Sentiment, Visibility

_ANSWERING = frozenset({ClaimKind.FACT, ClaimKind.POLICY, ClaimKind.PROMISE, ClaimKind.OFFER})
_WHOLE = {
    "can't": "cannot",
    "won't": "will not",
    "let's": "let us",
    "i'm": "I am",
    "it's": "it is",
    "that's": "that is",
    "there's": "there is",
    "what's": "what is",
    "here's": "here is",
}
_ENDINGS = {"n't": " not", "'re": " are", "'ve": " have", "'ll": " will"}
_SHORT = re.compile(r"\b[A-Za-z]+(?:n['’]t|['’](?:re|ve|ll|m|s))\b")
_PLAIN = {"thanks": "thank you", "sorry,": "we are sorry,", "hi": "hello", "sorted": "resolved"}
_PLAIN_WORD = re.compile(r"\b(?:Thanks|thanks|Hi|hi|sorted)\b|\bSorry,")


class Tone(NamedTuple):
    """An alternative and what it is."""

    title: str
    text: str


def tones(turn: Turn, *, pack: Pack) -> tuple[Tone, ...]:
    """Shorter, warmer and more formal, as far as each differs from the draft and from the others; English only."""
    draft = turn.draft
    if draft is None or draft.language != "en":
        return ()
    made = (
        Tone("Shorter", _shorter(draft)),
        Tone("Warmer", _warmer(draft, turn, pack)),
        Tone("More formal", _formal(draft)),
    )
    seen, kept = {_bare(draft.text)}, []
    for tone in made:
        if tone.text and _bare(tone.text) not in seen:
            seen.add(_bare(tone.text))
            kept.append(tone)
    return tuple(kept)


def _shorter(draft: Draft) -> str:
    """The sentences that answer, without what is only kind; nothing where none answers."""
    if not any(claim.kind in _ANSWERING for claim in draft.claims):
        return ""
    last = draft.claims[-1] if draft.claims else None
    kept = [claim for claim in draft.claims if claim.kind in {*_ANSWERING, ClaimKind.DISCLOSURE} or claim is last]
    return running_text(kept)


def _warmer(draft: Draft, turn: Turn, pack: Pack) -> str:
    """With the brand's words of sympathy for somebody upset, and its question at the end in private."""
    voice, read, claims = pack.brand.voice, turn.understanding, list(draft.claims)
    upset = read is not None and read.sentiment is Sentiment.NEGATIVE
    if upset and voice.empathy and all(claim.kind is not ClaimKind.EMPATHY for claim in claims):
        topic = read.situation.topic if read is not None else None
        words = (voice.empathy_for.get(topic or "") or voice.empathy)[0]
        claims.insert(0, Claim(text=words, kind=ClaimKind.EMPATHY))
    elif not upset and claims and voice.closing_questions and turn.mention.visibility is Visibility.PRIVATE:
        asked = Claim(text=voice.closing_questions[0], kind=ClaimKind.QUESTION)
        ends = len(claims) - sum(claim.kind is ClaimKind.DISCLOSURE for claim in claims)
        if all(claim.kind is not ClaimKind.QUESTION for claim in claims):
            claims.insert(ends, asked)
    return running_text(claims)


def _formal(draft: Draft) -> str:
    """Contractions written out and the plainest words raised a little; addresses and names stay, and the disclosure,
    which is known by its words."""
    raised = _raised(draft.text)
    for claim in draft.claims:
        if claim.kind is ClaimKind.DISCLOSURE:
            raised = raised.replace(_raised(claim.text), claim.text)
    return raised


def _raised(text: str) -> str:
    words = _SHORT.sub(lambda found: _written_out(found[0]), text)
    return _PLAIN_WORD.sub(lambda found: _like(found[0], _PLAIN[found[0].casefold()]), words)


def _written_out(word: str) -> str:
    plain = word.replace("’", "'")
    if whole := _WHOLE.get(plain.casefold()):
        return _like(word, whole)
    for ending, said in _ENDINGS.items():
        if plain.endswith(ending):
            return plain.removesuffix(ending) + said
    return word  # somebody's: "the customer's bag"


def _like(word: str, said: str) -> str:
    return said[0].upper() + said[1:] if word[0].isupper() else said


def _bare(text: str) -> str:
    return " ".join(text.split()).casefold()
