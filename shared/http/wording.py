"""Titles and sentences of refusals, in Chinese and in English."""

from typing import NamedTuple

from shared.http.fields import KEY_FORM
from shared.kernel import codes
from shared.kernel.characters import ONE_LINE, RULES, STACKED_RULE
from shared.kernel.paper_numbers import EXTERNAL_FORM


class Title(NamedTuple):
    chinese: str
    english: str


TITLES = {
    400: Title("请求不完整", "The request is incomplete"),
    401: Title("需要登录", "Authentication is required"),
    403: Title("无权办理", "Not allowed"),
    404: Title("未找到", "Not found"),
    405: Title("不支持的请求方法", "Method not allowed"),
    408: Title("提交超时", "The request took too long"),
    409: Title("当前不能办理", "Not possible in this state"),
    412: Title("内容已被更新", "The content has changed meanwhile"),
    413: Title("内容过大", "The content is too large"),
    415: Title("内容格式不受支持", "The content type is not supported"),
    421: Title("网址不正确", "This server has no such name"),
    422: Title("填写有误", "The input is not valid"),
    429: Title("请求过于频繁", "Too many requests"),
    431: Title("请求头过大", "The request headers are too large"),
    500: Title("系统出错", "Something went wrong"),
    503: Title("系统繁忙，请稍后重试", "Busy, please try again"),
}

# Sentences by rule, for refusals by the platform; {} is the attribute that the error names.
SENTENCES = {
    "not-found": Title(
        "没有找到这项内容，或者您无权知道它是否存在。", "There is no such thing here."
    ),
    "not-yet-known": Title(
        "所等待的最新内容尚未到达，请稍后重试。", "What you wait for is not here yet; try again."
    ),
    "stale": Title(
        "内容已经更新，请刷新后重新办理。", "It has changed meanwhile. Reload and try again."
    ),
    "key-reused": Title(
        "这个 Idempotency-Key 已用于另一项请求，请换一个新的。",
        "This Idempotency-Key was used for another request.",
    ),
    "being-rebuilt": Title(
        "系统已更新，正在整理原有数据（{}），请过几分钟再试。填写的内容没有丢失。",
        "The release is new, and {} is being built again. Try it in some minutes.",
    ),
    "unavailable": Title(
        "系统暂时无法确认结果，请稍后用同一请求重试。",
        "The outcome could not be proven; repeat the same request later.",
    ),
    "unstorable": Title("内容无法保存：{}", "The content cannot be stored: {}"),
    "validation": Title("请按提示修改后重新提交。", "Correct the fields named and send it again."),
    "unexpected": Title(
        "系统出错，已记录，请联系运维人员。", "It was recorded; ask the operators."
    ),
}

# Messages by type of pydantic error; {…} are pydantic's own context values.
WHOLE = Title("应为整数", "This is a whole number")
YES_NO = Title("应为是或否", "This is yes or no")
CHOICE = Title("只能是以下之一：{expected}", "One of these: {expected}")
DAY = Title("应为日期，如 2025-03-01", "This is a date such as 2025-03-01")
MOMENT = Title(
    "应为带时区的时间，如 2025-03-01T09:00:00+08:00",
    "This is a moment with its zone such as 2025-03-01T09:00:00+08:00",
)
GROUP = Title("应为一组字段", "These are several fields")
LIST = Title("应为列表", "This is a list")
CHARACTER = Title("{sentence}", "{english}")
FAULTS = {
    "missing": Title("缺少必填项", "This is needed"),
    "extra_forbidden": Title("不认识的字段", "There is no such field"),
    "string_type": Title("应为文字", "This is a text"),
    "string_too_short": Title("至少 {min_length} 个字", "At least {min_length} characters"),
    "string_too_long": Title("最多 {max_length} 个字", "At most {max_length} characters"),
    "string_pattern_mismatch": Title("格式不符合要求", "The form is not right"),
    "int_parsing": WHOLE,
    "int_type": WHOLE,
    "bool_type": YES_NO,
    "bool_parsing": YES_NO,
    "float_parsing": Title("应为数字", "This is a number"),
    "literal_error": CHOICE,
    "enum": CHOICE,
    "greater_than": Title("应大于 {gt}", "More than {gt}"),
    "greater_than_equal": Title("不得小于 {ge}", "At least {ge}"),
    "less_than": Title("应小于 {lt}", "Less than {lt}"),
    "less_than_equal": Title("不得大于 {le}", "At most {le}"),
    "too_short": Title("至少 {min_length} 项", "At least {min_length} entries"),
    "too_long": Title("最多 {max_length} 项", "At most {max_length} entries"),
    "date_from_datetime_parsing": DAY,
    "date_parsing": DAY,
    "date_type": DAY,
    "datetime_parsing": MOMENT,
    "datetime_from_date_parsing": MOMENT,
    "timezone_aware": Title("时间必须带时区，如 2025-03-01T09:00:00+08:00", MOMENT.english),
    "model_attributes_type": GROUP,
    "model_type": GROUP,
    "list_type": LIST,
    "tuple_type": LIST,
    "json_invalid": Title("内容不是有效的 JSON", "The content is no JSON"),
    "value_error": Title("{error}", "{english}"),
    **dict.fromkeys((*RULES, STACKED_RULE), CHARACTER),
}
UNKNOWN_FAULT = Title("内容不符合要求", "The content is not right")

# English of what validators of our own say, by its words before "：".
SAID = {
    "请填写人员编号或姓名": "Give the id of the person, or the name",
    "这不是台账的筛选条件": "This is no filter of the list",
    "台账没有这样的筛选条件": "The list has no such filter",
    "同一项出现了两次": "The same entry is there twice",
    "日期应写作 2025-03-03": "Write the date as 2025-03-03",
}

# Messages by pattern, where an example says more than "格式不符合要求".
FORMS = {
    codes.DOCUMENT_FORM: Title(
        "文号应写作“机关代字〔年份〕序号”，如 临教建字〔2025〕12号",
        "The number of a letter is written as 临教建字〔2025〕12号",
    ),
    EXTERNAL_FORM: Title(
        "来件编号应如 58、第58号、闭-12、十五届五次第58号、2025年第17号建议",
        "The number of a paper is written as 58, 第58号, 闭-12, 十五届五次第58号, 2025年第17号建议",
    ),
    codes.RECEIPT_FORM: Title(
        "回执编号应为邮政回执号，或年度和序号，如 XA12345678951、2025-12",
        "A receipt has a postal number, or year and number: XA12345678951, 2025-12",
    ),
    codes.SERIAL_FORM: Title(
        "流水号应为数字，前面可加字母，如 17、J-17",
        "A serial number has digits, maybe after letters: 17, J-17",
    ),
    codes.SESSION_FORM: Title(
        "届次应如 十五届四次、十四届三次会议", "A session is written as 十五届四次, 十四届三次会议"
    ),
    KEY_FORM: Title(
        "Idempotency-Key 只能由ASCII 字符组成", "An Idempotency-Key has ASCII characters only"
    ),
    ONE_LINE: Title("请写在一行内，不要换行或使用制表符", "Write it in one line, without tabs"),
    codes.NAME_FORM: Title(
        "姓名或名称应写在一行内，不写号码；其他情况请写在内容里",
        "A name stands in one line and has no numbers; write the rest into the text",
    ),
}
