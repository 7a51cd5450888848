"""Documents and pictures that go with a message: chosen, dropped, pasted, removed, sent, refused; by mouse and by keyboard."""

from page_double import Double
from playwright.sync_api import FilePayload, Page, expect

CV = FilePayload(name="cv.txt", mimeType="text/plain", buffer=b"Ada Example\nEngineer")
NOTES = FilePayload(name="notes.md", mimeType="text/markdown", buffer=b"# Notes")
PICTURE = FilePayload(name="me.png", mimeType="image/png", buffer=b"\x89PNG\r\n\x1a\n")
GIF = FilePayload(name="me.gif", mimeType="image/gif", buffer=b"GIF89a")
PASTE = """(box, [type, words]) => {
  const carried = new DataTransfer();
  if (type) carried.items.add(new File(["x"], "image.png", { type }));
  if (words) carried.setData("text/plain", words);
  return box.dispatchEvent(new ClipboardEvent("paste", { clipboardData: carried, bubbles: true, cancelable: true }));
}"""
DROP = """(form, names) => {
  const carried = new DataTransfer();
  for (const name of names) carried.items.add(new File(["x"], name, { type: "text/plain" }));
  form.dispatchEvent(new DragEvent("dragover", { dataTransfer: carried, bubbles: true, cancelable: true }));
  form.dispatchEvent(new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true }));
}"""


def test_a_cv_alone_starts_a_project_and_its_name_stays_with_the_message(page: Page, double: Double) -> None:
    page.goto("/")
    page.get_by_test_id("attach-input").set_input_files([CV, NOTES])
    expect(page.get_by_test_id("file-chip")).to_have_count(2)
    page.get_by_role("button", name="Remove notes.md").click()
    expect(page.get_by_test_id("file-chip")).to_have_text(["cv.txt20 B"])
    page.get_by_test_id("prompt-submit").click()
    expect(page.get_by_test_id("attached")).to_have_text(["cv.txt"])


def test_a_file_goes_with_the_words_of_a_message_and_is_gone_from_the_box(page: Page, double: Double) -> None:
    page.goto(f"/p/{double.seed()}")
    page.get_by_test_id("composer-input").fill("use this")
    page.get_by_test_id("attach-input").set_input_files([NOTES])
    page.get_by_test_id("composer-send").click()
    expect(page.get_by_test_id("attached")).to_have_text(["notes.md"])
    expect(page.get_by_test_id("file-chip")).to_have_count(0)


def test_files_are_dropped_and_more_than_five_are_too_many(page: Page, double: Double) -> None:
    page.goto("/")
    form = page.locator("form").first
    form.evaluate(DROP, ["a.txt", "b.txt"])
    expect(page.get_by_test_id("file-chip")).to_have_count(2)
    form.evaluate(DROP, [f"{n}.txt" for n in range(5)])
    expect(page.get_by_test_id("file-chip")).to_have_count(5)
    expect(page.get_by_role("alert")).to_have_text("At most 5 files go with a message.")


def test_a_refusal_is_shown_and_everything_stays_where_it_was(page: Page, double: Double) -> None:
    page.goto("/")
    page.get_by_test_id("prompt-input").fill("A site like this")
    page.get_by_test_id("attach-input").set_input_files([GIF])
    page.get_by_test_id("prompt-submit").click()
    expect(page.get_by_test_id("problem")).to_contain_text("me.gif: It is a picture of a kind that is not taken.")
    expect(page.get_by_test_id("file-chip")).to_have_count(1)
    expect(page.get_by_test_id("prompt-input")).to_have_value("A site like this")


def test_a_picture_is_chosen_or_pasted_and_goes_with_the_message(page: Page, double: Double) -> None:
    page.goto("/")
    box = page.get_by_test_id("prompt-input")
    page.get_by_test_id("attach-input").set_input_files([PICTURE])
    assert box.evaluate(PASTE, ["image/png", ""]) is False, "the browser does not paste it a second time"
    assert box.evaluate(PASTE, ["image/png", ""]) is False
    assert box.evaluate(PASTE, ["image/png", "a cell of a sheet"]) is True, "words are pasted as words"
    assert box.evaluate(PASTE, ["text/html", ""]) is True
    expect(page.get_by_test_id("file-chip")).to_have_text(["me.png8 B", "picture-2.png1 B", "picture-3.png1 B"])
    page.get_by_test_id("prompt-submit").click()
    expect(page.get_by_test_id("attached")).to_have_text(["me.png", "picture-2.png", "picture-3.png"])


def test_the_keyboard_is_enough(page: Page, double: Double) -> None:
    page.on("filechooser", lambda _: None)  # from now on they are told: the wait below begins too late for a key that is pressed at once
    page.goto("/")
    expect(page.get_by_test_id("prompt-input")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_test_id("attach")).to_be_focused()
    with page.expect_file_chooser(timeout=20_000) as chosen:
        page.keyboard.press("Space")
    chosen.value.set_files([CV])
    page.get_by_role("button", name="Remove cv.txt").press("Enter")
    expect(page.get_by_test_id("file-chip")).to_have_count(0)
    expect(page.get_by_test_id("prompt-input")).to_be_focused()
