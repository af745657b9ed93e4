"""What staff add to a site, published: media, events, oral histories."""

from __future__ import annotations

from datetime import datetime, timedelta

from fastapi.testclient import TestClient

from api.state import holder_of
from geo.columns import Record
from geo.models import TIME_ZONE
from routes_data.editor import Editor
from routes_data.revisions import Signature

SITE = "navy-museum"
HOSTILE = "<img src=x onerror=alert(1)></script><script>alert(2)</script>{{ 7*7 }}\"'"
STAFF = Signature("test", "test")


def moment(hours: float) -> str:
    """A moment so many hours from now, as records have it."""
    then = datetime.now(TIME_ZONE) + timedelta(hours=hours)
    return then.replace(second=0, microsecond=0).isoformat(timespec="minutes")


def event(own: str, start_h: float, end_h: float, **more: object) -> Record:
    """An event from so many hours from now to so many."""
    texts = {"name_zh": own, "name_en": own, "place_zh": "一楼", "place_en": "Ground floor",
             "booking_zh": "请电话预约", "booking_en": "Ring to book", "description_zh": "介绍",
             "description_en": "About it", "source": "馆方"}  # fmt: skip
    return {"id": own, "site": SITE, "type": "lecture", "starts": moment(start_h),
            "ends": moment(end_h), "opening_hours": "", "lon": None, "lat": None,
            "visit_min": 60, **texts, **more}  # fmt: skip


def medium(own: str, **more: object) -> Record:
    """A photo of the site."""
    return {"id": own, "site": SITE, "medium": "photo", "url": "https://example.org/a.jpg",
            "title_zh": "舰艇", "title_en": "A ship", "alt_zh": "码头旁的舰艇",
            "alt_en": "A ship at the quay", "credit": "某摄影者", "licence": "CC BY 4.0",
            **more}  # fmt: skip


def story(own: str, **more: object) -> Record:
    """An oral history of the site."""
    return {"id": own, "site": SITE, "narrator": "张某", "recorded": "2019", "title_zh": "回忆",
            "title_en": "Memories", "text_zh": "第一段\n第二段", "text_en": "",
            "url": "https://example.org/s", "consent": "yes", "licence": "CC BY 4.0",
            **more}  # fmt: skip


def publish(editor: Editor, kind: str, *bodies: Record) -> None:
    """Take records through review."""
    for body in bodies:
        own = str(body["id"])
        editor.create(kind, body, STAFF)
        editor.submit(kind, own, 1, STAFF)
        editor.publish(kind, own, 2, STAFF)


def editor_of(service: TestClient) -> Editor:
    """The editor of a service's store."""
    return holder_of(service.app).state.store.editor  # type: ignore[arg-type]


def refresh(service: TestClient) -> None:
    """Take in what is published, as every worker does on its own soon after."""
    holder_of(service.app).refresh()  # type: ignore[arg-type]
