"""What is signed, in Chinese beside the published words.

The rule that keeps it honest: the words that are signed are the published document's own, in its language;
this only helps to read them, and a test holds that every published sentence has its help.
"""

from __future__ import annotations

from collections.abc import Mapping

from console.words import Language

READ_AS: Mapping[str, str] = {
    "I confirm eligibility": "我确认符合入选条件",
    "I confirm fitness for conditioning": "我确认适合进行预处理",
    "I authorise the infusion": "我授权输注",
    "I confirm that treatment may start": "我确认可以开始治疗",
    "I agree to the switch": "我同意更换",
    "I have reviewed the grounds of this hold and the study may go on": (
        "我已审阅此次暂停的理由，研究可以继续"
    ),
    "I accept this product outside its specification for this participant": (
        "我接受将此不符合标准的产品用于该受试者"
    ),
}


def read_as(meaning: str, language: Language) -> str:
    """How words that are signed read in the language; empty where they are in it."""
    return READ_AS.get(meaning, "") if language is Language.ZH else ""
