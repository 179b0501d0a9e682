"""The columns of a batch valuation 批量测算: what they are called in both languages, how they are written, and their common values."""

from __future__ import annotations

from dataclasses import dataclass

from exchange.core.errors import define
from exchange.core.text import Text, _

for _name, _status, _sentence in (
    ("BATCH_RUNNING", 409, _("Another batch of your organisation is being computed; wait for it or stop it.")),
    ("BATCH_EMPTY", 422, _("No row can be computed; mend the faults first.")),
    ("BATCH_FAULTS", 409, _("{count} rows have faults; mend them, or say that only the good rows are to be computed.")),
    ("BATCH_ROWS", 422, _("A batch has at most {limit} rows; this one has {count}.")),
    ("BATCH_QUOTA", 422, _("At most {limit} batches a day are computed for an organisation.")),
    ("BATCH_NOT_COMPUTED", 422, _("The batch has not been computed yet.")),
    ("BATCH_COLUMN_UNKNOWN", 422, _("The column “{column}” is not known; the template has the names.")),
    ("BATCH_COLUMN_MISSING", 422, _("The file needs a column with the patents' numbers.")),
    ("BATCH_COLUMN_TWICE", 422, _("The column “{column}” stands there twice.")),
    ("BATCH_REVENUE_BOTH", 422, _("Give either one year's sales with its growth or the sales of each year, not both.")),
    ("BATCH_YEARS", 422, _("The years of sales begin with {first} and follow each other.")),
    ("BATCH_ENGINE", 422, _("The calculation refuses {column}: {reason}")),
):
    define(_name, _status, _sentence)

MONEY, PERCENT, NUMBER, TEXT = "money", "percent", "number", "text"
MOST_YEARS = 20


@dataclass(frozen=True, slots=True)
class Field:
    """A column: its name, label, way of writing, bounds, and the headings by which it is known."""

    name: str
    label: Text
    quantity: str
    low: str = "0"
    high: str = "1"
    default: str = ""
    spellings: tuple[str, ...] = ()
    hint: Text | None = None


FIELDS: dict[str, Field] = {field.name: field for field in (
    Field("revenue", _("Sales of the product in the first year"), MONEY, high="1000000000000000", spellings=("sales", "年销售收入", "首年销售收入", "销售收入")),
    Field("growth", _("Growth of sales a year"), PERCENT, low="-0.9", high="0.5", default="0", spellings=("增长率", "年增长率")),
    Field("years", _("Years of sales"), NUMBER, low="1", high="20", default="10", spellings=("预测年数", "年数")),
    Field("royalty_rate", _("Royalty rate"), PERCENT, low="0.0001", high="0.5", default="0.0429", spellings=("royalty", "许可费率", "分成率"),
          hint=_("Median of published rates of all industries (Parr); use your own where you have it")),
    Field("discount_rate", _("Discount rate"), PERCENT, low="0.0001", high="1", default="0.15", spellings=("discount", "折现率")),
    Field("tax_rate", _("Income tax rate"), PERCENT, high="0.99", default="0.25", spellings=("tax", "所得税率", "税率"), hint=_("企业所得税法 art. 4: 25 %")),
    Field("decay", _("Technology decay a year"), PERCENT, high="0.99", default="0.1", spellings=("技术衰减", "技术衰减率")),
    Field("probability_valid", _("Probability that the right holds"), PERCENT, low="0.01", high="1", default="0.85", spellings=("validity", "有效概率", "权利稳定概率")),
    Field("own_cv", _("Own scatter of a patent's value"), PERCENT, high="3", default="0.4", spellings=("个体离散系数", "个体波动"),
          hint=_("Coefficient of variation of what concerns this patent alone")),
    Field("rd_cost", _("Cost of research and development"), MONEY, high="1000000000000000", spellings=("cost", "研发成本")),
    Field("lvd", _("Legal degree"), NUMBER, high="100", spellings=("legal", "法律价值度")),
    Field("tvd", _("Technical degree"), NUMBER, high="100", spellings=("technical", "技术价值度")),
    Field("evd", _("Economic degree"), NUMBER, high="100", spellings=("economic", "经济价值度")),
    Field("requested", _("Amount asked for"), MONEY, high="1000000000000000", spellings=("loan", "融资金额", "申请金额")),
)}
COMMON: dict[str, Field] = {field.name: field for field in (
    Field("volatility", _("Scatter of the common index a year"), PERCENT, high="1", default="0.25", spellings=(),
          hint=_("One index path moves the sales of all patents together; the larger it is, the less is gained by spreading")),
    Field("term_months", _("Term of a loan in months"), NUMBER, low="1", high="240", default="12"),
)}
PATENT = ("patent", "patent_number", "application_number", "number", "专利号", "申请号", "专利申请号")
SOURCE = ("source", "来源", "数据来源")
DEFAULTED = tuple(name for name, field in FIELDS.items() if field.default)
SETTINGS = (*DEFAULTED, *COMMON)
PATHS = 10_000
SHOWN_IN_REPORT = 500
