"""Cleaning keeps what the author said; folding undoes what hides words."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.scoring.text import clean, fold, has_words, visible


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("@larkspurair where is my bag? https://t.co/abc", "where is my bag?"),
        ("#delayed again #larkspurfail", "delayed again larkspurfail"),
        ("zero\u200bwidth and \u202eturned", "zerowidth and turned"),
        ("ＦＵＬＬ width", "FULL width"),
        ("write to care@example.com please", "write to care@example.com please"),
        ("Still no refund.\n\nOn Mon, 3 Nov 2026 at 10:00 Care wrote:\n> Dear customer", "Still no refund."),
        ("Where is it?\n-- \nSent by hand\nCall me", "Where is it?"),
        ("Is it late?\nSent from my phone", "Is it late?"),
        ("> only a quote", "> only a quote"),
        ("I wаnt to dіе", "I want to die"),
        ("wаnt хоро шо", "want хоро шо"),
        ("Wi-Fi нет", "Wi-Fi нет"),
        ("wаnt нет, ещё", "want нет, ещё"),
        ("пожар на борту", "пожар на борту"),
        ("please k i l l it", "please kill it"),
        ("I wɑnt tᴏ ᴅɪᴇ", "I want to die"),
        ("I want to di🙃e, ki😂😂ll me", "I want to die, kill me"),
        ("flew LA😄Flying home", "flew LA😄Flying home"),
        ("I want 😂 it", "I want 😂 it"),
        ("I_want_to_die k_i_l_l it", "I want to die kill it"),
        ("🅺🅸🅻🅻 it, 🅚🅘🅛🅛", "kill it, kill"),
        ("I wаnt tօ kіll", "I want to kill"),
        ("Ես ուզում եմ", "Ես ուզում եմ"),
        ("it is in final_invoice.pdf", "it is in final_invoice.pdf"),
        ("gate A 1 2 3 4", "gate A 1 2 3 4"),
        ("", ""),
    ],
)
def test_what_is_read(text: str, kept: str) -> None:
    assert clean(text) == kept


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("I want to k i l l myself", "i want to kill myself"),
        ("k1ll mys3lf", "kill myself"),
        ("kіll mуsеlf", "kill myself"),
        ("s.u.i.c.i.d.e", "suicide"),
        ("Straße façade", "strasse facade"),
        ("soooo late", "soo late"),
        ("23kg on EI123 at 5pm, gr8 A320", "23kg on ei123 at 5pm, gr8 a320"),
        ("@k1ller where is it", "where is it"),
    ],
)
def test_what_detectors_see(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
@example("@#0")
@example("##0")
def test_any_text_can_be_cleaned_and_folded(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert len(fold(text)) <= 20 * len(text) + 20


@given(st.text(alphabet="abcdefghij klm"), st.sampled_from(["\u200b", "\u202e", "\ufeff", "\ufe0f"]))
def test_invisible_marks_change_nothing(text: str, mark: str) -> None:
    assert visible(mark.join(text)) == visible(text)


def test_a_megabyte_is_folded_in_reasonable_time() -> None:
    for text in ("a " * 500_000, "\n" * 1_000_000, "a1" * 500_000, "@" * 1_000_000, "> " * 500_000, "e" * 1_000_000):
        assert len(clean(text)) <= 20_000
        assert len(fold(text)) <= 20_000


def test_words_are_letters_or_digits() -> None:
    assert has_words("7")
    assert has_words("حقيبة")
    assert not has_words("✈️😭 ...")


_PASS_FOR = dict(zip("aeopcyxisAEKMHOPCTX", "аеорсухіѕАЕКМНОРСТХ", strict=True))


@given(st.text(alphabet="bdfghjklmnqrtuvwz", min_size=1), st.text(alphabet="aeopcyxis", min_size=1), st.data())
def test_letters_that_pass_for_latin_ones_change_nothing(kept: str, swapped: str, data: st.DataObject) -> None:
    word = "".join(data.draw(st.permutations([*kept, *swapped])))
    disguised = "".join(_PASS_FOR.get(letter, letter) for letter in f"so {word} there")
    assert clean(disguised) == clean(f"so {word} there")
