"""The course of a task, and of what is asked in it: states and steps as data. Source: dossier 2.2 (台账与销号), 1.6, 6-1."""

from __future__ import annotations

from service.kit.process import Process, Step

MOVING = ("not_started", "in_progress")
OPEN = (*MOVING, "close_requested")
LIVE = (*OPEN, "suspended")
WORK = "制度四(四)：各成员单位按照职责分工做好工作"
LEDGER = "任务台账与销号"
APPROVED = "任务调整须有批准依据"

COURSE = Process(
    "task",
    "任务",
    "task",
    "task_state",
    (
        Step("add", (), "not_started", "列入台账", "list", WORK),
        Step("report", MOVING, "in_progress", "填报进展", "report", LEDGER),
        Step("reach", MOVING, "in_progress", "完成节点", "reach a milestone", LEDGER),
        Step("revise", MOVING, None, "修改任务", "revise", LEDGER),
        Step("request_close_out", MOVING, "close_requested", "申请销号", "request close out", LEDGER),
        Step("verify", ("close_requested",), "closed_out", "确认销号", "verify", LEDGER),
        Step("return", ("close_requested",), "in_progress", "退回销号申请", "return", LEDGER),
        Step("ask_extension", MOVING, None, "申请延期", "ask for an extension", LEDGER),
        Step("extend", MOVING, None, "延期", "extend", APPROVED),
        Step("refuse_extension", LIVE, None, "不同意延期", "refuse an extension", APPROVED),
        Step("suspend", OPEN, "suspended", "中止", "suspend", APPROVED),
        Step("resume", ("suspended",), "in_progress", "恢复", "resume", APPROVED),
        Step("withdraw", LIVE, "withdrawn", "撤销", "withdraw", APPROVED),
        Step("merge", LIVE, "merged", "并入其他任务", "merge", APPROVED),
        Step("hand_over", LIVE, None, "移交承接单位", "hand over", WORK),
    ),
)
EXTENSION = Process(
    "extension_request",
    "延期申请",
    "extension request",
    "extension_state",
    (
        Step("ask", (), "pending", "申请延期", "ask", LEDGER),
        Step("grant", ("pending",), "granted", "批准延期", "grant", APPROVED),
        Step("refuse", ("pending",), "refused", "不同意延期", "refuse", APPROVED),
    ),
)
ENTRY = Process(
    "progress_entry",
    "待确认的进展",
    "entry of progress",
    "progress_entry_state",
    (
        Step("enter", (), "pending", "代录或提交审定", "enter", "角色与权限矩阵：代录须由该单位确认，成员代表审定"),
        Step("accept", ("pending",), "accepted", "确认", "confirm", "角色与权限矩阵：代录须由该单位确认，成员代表审定"),
        Step("return", ("pending",), "returned", "退回", "return", "角色与权限矩阵：代录须由该单位确认，成员代表审定"),
    ),
)
