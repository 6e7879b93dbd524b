"""Words that announce a difference of view or a next step, in the six official UN languages.

They only sort a sentence into a section of the draft; a rapporteur moves it where it belongs. In other
languages such sentences stay among the themes and points.
"""

from dialogue.core.names.linter import Linter

_DIVERGENCE = (
    "however", "disagree", "cannot support", "cannot accept", "cannot agree", "do not agree", "not convinced",
    "our concern", "am concerned", "are concerned", "remain concerned",
    "reservation", "reservations", "object", "oppose", "opposed", "on the other hand",
    "unlike", "would not", "risk", "red line",
    "cependant", "toutefois", "pas d'accord", "ne pouvons pas", "ne peut pas", "réserve", "réserves",
    "préoccupation",
    "sin embargo", "no podemos", "no estamos de acuerdo", "preocupación", "reserva", "reservas",
    "однако", "не согласны", "не можем", "возражаем", "обеспокоены",
    "لكن", "غير أن", "لا نوافق", "نعترض", "لا يمكننا", "تحفظ", "قلق",
    "但是", "然而", "不同意", "反对", "不能接受", "保留意见", "担心", "关切",
)  # fmt: skip
_NEXT_STEPS = (
    "next step", "next steps", "next meeting", "next session", "will circulate", "to circulate", "follow up",
    "deadline", "by the end of", "will report", "report back", "will convene", "timetable", "before the next",
    "prochaine étape", "prochaines étapes", "prochaine réunion", "prochaine session", "d'ici", "avant la fin",
    "próximo paso", "próximos pasos", "próxima reunión", "antes de fin",
    "следующий шаг", "следующие шаги", "следующее заседание", "до конца",
    "الخطوة التالية", "الخطوات التالية", "الاجتماع القادم", "الاجتماع المقبل", "قبل نهاية",
    "下一步", "下次会议", "截止", "年底前",
)  # fmt: skip

divergence = Linter(_DIVERGENCE)
next_steps = Linter(_NEXT_STEPS)
