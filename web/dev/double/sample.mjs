// One small generated application, as the double shows it.
const field = (name, type, more = {}) => ({ name, label: name[0].toUpperCase() + name.slice(1).replaceAll("_", " "), type, required: true, unique: false, default: null, values: [], min: null, max: null, max_length: null, ...more });

export const MANIFEST = {
  version: 1,
  kind: "app",
  name: "task-board",
  title: "Task board",
  description: "Tasks with due dates and priorities, in projects.",
  entities: [
    {
      name: "Task", label: "Task", plural_label: "Tasks", display: "title",
      fields: [
        field("title", "string", { max_length: 200 }),
        field("description", "text", { required: false }),
        field("due_date", "date", { required: false }),
        field("priority", "enum", { values: ["low", "medium", "high"], default: "medium" }),
        field("effort", "int", { min: 1, max: 13, required: false }),
        field("done", "bool", { default: false }),
      ],
    },
    { name: "Project", label: "Project", plural_label: "Projects", display: "name", fields: [field("name", "string", { unique: true }), field("colour", "color")] },
  ],
  relations: [{ kind: "one_to_many", source: "Project", target: "Task", field: "project", inverse: "tasks", required: true, on_delete: "cascade" }],
  roles: [],
  pages: [
    { name: "home", title: "Overview", kind: "dashboard", entity: null },
    { name: "tasks", title: "Tasks", kind: "entity", entity: "Task" },
    { name: "projects", title: "Projects", kind: "entity", entity: "Project" },
  ],
  theme: { accent: "#2563eb", scheme: "auto" },
  integrations: [],
  checks: [{ id: "task-needs-title", text: "A task without a title is refused.", entity: "Task" }],
};

export const README_V0 = "# Task board\n\nTasks with due dates and priorities, in projects.\n";
export const README = `${README_V0}\n## Start\n\n\`\`\`sh\nmake run\n\`\`\`\n`;

const TASKS = `"""Tasks: list, make, change, delete."""

from datetime import date

from fastapi import APIRouter, HTTPException
from sqlmodel import Session, select

from app.models import Task

router = APIRouter(prefix="/api/tasks")


@router.get("")
def list_tasks(session: Session, due_before: date | None = None) -> list[Task]:
    # Open tasks first, then by their due date.
    query = select(Task).order_by(Task.done, Task.due_date)
    if due_before is not None:
        query = query.where(Task.due_date < due_before)
    return list(session.exec(query.limit(100)))


@router.post("", status_code=201)
def make_task(session: Session, task: Task) -> Task:
    if not task.title.strip():
        raise HTTPException(422, "A task needs a title.")
    session.add(task)
    session.commit()
    return task
`;

const APP = `import { useEffect, useState } from "react";

interface Task {
  id: number;
  title: string;
  done: boolean;
}

/* The whole page: one list. */
export function App() {
  const [tasks, setTasks] = useState<Task[]>([]);
  useEffect(() => {
    void fetch("/api/tasks").then((answer) => answer.json()).then(setTasks);
  }, []);
  return <ul>{tasks.map((task) => <li key={task.id}>{task.title}</li>)}</ul>;
}
`;

export const FILES = {
  "README.md": README,
  Dockerfile: 'FROM python:3.12-slim\nWORKDIR /srv\nCOPY backend backend\nCMD ["python", "-m", "app"]\n',
  "backend/app/__init__.py": "",
  "backend/app/models.py": "class Task:\n    title: str\n    done: bool = False\n",
  "backend/app/tasks.py": TASKS,
  "backend/tests/test_tasks.py": 'def test_a_task_needs_a_title(client):\n    assert client.post("/api/tasks", json={"title": " "}).status_code == 422\n',
  "frontend/src/app.tsx": APP,
  "frontend/index.html": '<!doctype html>\n<div id="root"></div>\n',
  "frontend/package.json": '{\n  "name": "task-board",\n  "private": true\n}\n',
};

/** A page of the running application. */
export const PAGE = (name) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>${name}</title>
<style>body{font:16px system-ui;margin:0;background:#f6f7f9;color:#18202c}header{background:#2563eb;color:#fff;padding:16px 24px;font-weight:600}
main{padding:24px;max-width:640px}li{background:#fff;border:1px solid #e1e5eb;border-radius:10px;padding:12px 16px;margin:8px 0;list-style:none}ul{padding:0}
small{color:#556070;float:right}</style><header>${name}</header><main><h1>Tasks</h1><ul><li>Order the timber <small>high</small></li>
<li>Call the neighbours <small>medium</small></li><li>Raise the frame <small>high</small></li></ul></main></html>`;
