"""Write what is generated: rules, their tests, dashboards, and the tables of docs/operations.md. ``python -m deploy.signals``"""

from deploy.signals.files import ROOT, generated

if __name__ == "__main__":
    for path, text in generated().items():
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(text)
