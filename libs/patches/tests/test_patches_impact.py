"""A change tells which symbols it touches, who imports them and which tests reach them."""

from barnraise.patches import SymbolChange, impact

CART = b"""RATE = 1


class Cart:
    def total(self):
        return RATE

    def clear(self):
        pass


def lost(): ...
"""
FILES = {
    "backend/app/cart.py": CART,
    "backend/app/__init__.py": b"",
    "backend/app/shop.py": b"from .cart import Cart\n\n\ndef buy(): return Cart()\n",
    "backend/app/rates.py": b"from app.cart import RATE as rate\n",
    "backend/app/other.py": b"import os\nfrom cartoon import Cart\n",
    "backend/tests/test_shop.py": b"from app import shop\n",
    "backend/tests/test_other.py": b"import app.other\n",
    "backend/tests/test_all.py": b"def test():\n    import app.cart\n",
    "web/src/api.ts": b"export function get() { return 1 }\nexport const post = () => 2;\n",
    "web/src/lists/List.tsx": b"import { get } from '@/api';\nexport const List = () => <p>{get()}</p>;\n",
    "web/src/Form.tsx": b"import { post } from './api.js';\nexport default class Form {}\n",
    "web/src/index.ts": b"export * from './lists/List';\n",
    "web/src/lists/List.test.tsx": b"import { List } from '..';\n",
    "web/src/Form.test.tsx": b"const Form = await import('./Form');\n",
}


def test_a_method_touches_those_who_take_its_class() -> None:
    cart = FILES["backend/app/cart.py"].replace(b"return RATE", b"return 2").replace(b"\n\ndef lost(): ...\n", b"\n\ndef found(): ...\n")
    found = impact(FILES, {"backend/app/cart.py": cart})
    assert found.symbols == (
        SymbolChange("backend/app/cart.py", "Cart.total", "changed"),
        SymbolChange("backend/app/cart.py", "found", "added"),
        SymbolChange("backend/app/cart.py", "lost", "removed"),
    )
    assert found.importers == ("backend/app/shop.py", "backend/tests/test_all.py")
    assert found.tests == ("backend/tests/test_all.py", "backend/tests/test_shop.py")


def test_an_exported_function_touches_its_importers_and_their_tests() -> None:
    found = impact(FILES, {"web/src/api.ts": FILES["web/src/api.ts"].replace(b"return 1", b"return 3")})
    assert found.symbols == (SymbolChange("web/src/api.ts", "get", "changed"),)
    assert found.importers == ("web/src/lists/List.tsx",)
    assert found.tests == ("web/src/Form.test.tsx", "web/src/lists/List.test.tsx")


def test_a_deleted_file_touches_all_that_take_anything_of_it_and_a_new_test_is_told() -> None:
    found = impact(FILES, {"backend/app/cart.py": None, "backend/tests/test_new.py": b"x = 1\n"})
    assert {change.change for change in found.symbols if change.path == "backend/app/cart.py"} == {"removed"}
    assert found.importers == ("backend/app/rates.py", "backend/app/shop.py", "backend/tests/test_all.py")
    assert found.tests == ("backend/tests/test_all.py", "backend/tests/test_new.py", "backend/tests/test_shop.py")


def test_a_change_of_layout_alone_changes_no_symbol() -> None:
    cart = FILES["backend/app/cart.py"].replace(b"\n\n\nclass", b"\n\n\n\n# more\nclass").replace(b"    def clear", b"\n    def clear")
    assert impact(FILES, {"backend/app/cart.py": cart, "README.md": b"x"}).symbols == ()
