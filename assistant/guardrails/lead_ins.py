"""How people begin to say something without saying anything: "Just so you know:", "As far as we can tell,"."""

import re
from functools import lru_cache

from assistant.guardrails.words import listed

_IDLE = listed(
    """
    a about afraid all am and answer are as ask asked asking basically be because been best bottom brief briefly but by
    can case check checked clear clarify come confirm could course detail details done each ever explain fact fair far
    fine first for forward from fyi gist give glad go good great happy have heads help here here's hello hey hi honest
    hope how i i'd i'll i'm i've in indeed info is it it's just keep know let let's line little long looked looking make
    matter may me mention mind my news note now ok okay of on one our out part people please point put question quick
    quickly recap remember remind reminder right said say see share short shortly should simple simply so sorry story
    straight sum summarise summarize summary sure tell that that's the there there's thing think this tip to told up us
    was way we we'd we'll we're we've well what what's word words worry worth would yes yep you you'd you're your
    also alles bitte das dir es gern hier ihnen ja kurz nochmal nur sag sagen so wie wir wissen wichtig zur info
    alors bref bien ce en est fait il oui pour que savoir vous voici
    aquí bien bueno claro de en para pues que resumen saber sepas sí
    """
)
"""Words that state nothing by themselves; "usually", "only" and "not" do, and are missing here."""
_MOST_WORDS = 9
_LEAD = re.compile(r"^(?P<lead>[^,:;–—!.?]{1,60})(?P<end>[,:;–—!.]|\s-)\s+(?=\S)")
_THAT = re.compile(r"^(?P<lead>[^,:;.!?]{1,50}?\bthat)\s+(?=\S)", re.IGNORECASE)
_NO = re.compile(
    r"^\W*(?:no|nope|nein|non)(?:,? (?:sorry|leider|désolée?|lo siento|lo sentimos))?\s?[,:–—-]\s+(?=\S+ \S+ \S)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+")


@lru_cache(maxsize=4096)
def without_lead_in(sentence: str) -> str:
    """The sentence from where it begins to state something; itself where it does so at once."""
    for pattern in (_LEAD, _THAT):
        found = pattern.match(sentence)
        if found is not None and _is_idle(found["lead"]):
            return sentence[found.end() :]
    return sentence


def without_no(sentence: str) -> str:
    """The sentence less a "No," at its start: that denies what was asked, not what the sentence says."""
    return _NO.sub("", sentence)


def _is_idle(lead: str) -> bool:
    words = [word.casefold().replace("’", "'") for word in _WORD.findall(lead)]
    return 0 < len(words) <= _MOST_WORDS and all(word in _IDLE for word in words)
