"""Every recipe is run by a test."""

from pathlib import Path

FOLDER = Path(__file__).parent


def test_every_recipe_is_imported_by_a_test() -> None:
    texts = "".join(path.read_text() for path in FOLDER.rglob("test_*.py"))
    names = [path.stem for path in (FOLDER / "recipes").glob("*.py") if path.stem != "__init__"]
    assert names
    assert [name for name in names if f"recipes.{name} import" not in texts] == []
