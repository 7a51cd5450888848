// The right control for each type. Values are kept as the API takes them; what is typed in a control is text.

import { useState } from "react";

import { upload } from "../api";
import { type Field, spoken } from "../entities/kit";

export interface ControlProps {
  id: string;
  value: unknown;
  onChange: (value: unknown) => void;
  invalid: boolean;
  describedBy?: string;
}

const KINDS: Partial<Record<Field["type"], string>> = {
  int: "number",
  float: "number",
  date: "date",
  time: "time",
  datetime: "datetime-local",
  email: "email",
  url: "url",
  phone: "tel",
};
const STEPS: Partial<Record<Field["type"], number | "any">> = { int: 1, float: "any", time: 1, datetime: 1 };

export function Input({ field, ...control }: ControlProps & { field: Field }) {
  const { id, value, onChange, invalid, describedBy } = control;
  const text = value === null || value === undefined ? "" : String(value);
  const shared = { id, name: field.name, "aria-invalid": invalid, "aria-describedby": describedBy, required: field.required ?? false };
  switch (field.type) {
    case "bool":
      if (!field.required) {
        return <Choice {...shared} value={text} options={["true", "false"]} names={["Yes", "No"]} onChange={(chosen) => onChange(chosen && chosen === "true")} />;
      }
      return <input {...shared} required={false} type="checkbox" className="size-5 accent-(--ink)" checked={value === true} onChange={(event) => onChange(event.target.checked)} />;
    case "enum":
      return <Choice {...shared} value={text} options={field.values ?? []} onChange={onChange} />;
    case "text":
    case "markdown":
      return <textarea {...shared} className="input min-h-32" maxLength={field.maxLength} value={text} onChange={(event) => onChange(event.target.value || null)} />;
    case "json":
      return <JsonInput {...control} name={field.name} />;
    case "file":
      return <FileInput {...control} name={field.name} />;
    case "color":
      return (
        <span className="flex gap-2">
          <input
            type="color"
            aria-label={`${field.label}: choose`}
            className="h-9.5 w-12 rounded-lg"
            value={/^#[0-9a-f]{6}$/i.test(text) ? text : "#888888"}
            onChange={(event) => onChange(event.target.value)}
          />
          <input {...shared} className="input" placeholder="#2563eb" value={text} onChange={(event) => onChange(event.target.value || null)} />
        </span>
      );
    default:
      return (
        <input
          {...shared}
          type={KINDS[field.type] ?? "text"}
          className="input"
          inputMode={field.type === "decimal" ? "decimal" : undefined}
          step={STEPS[field.type]}
          min={field.min}
          max={field.max}
          maxLength={field.maxLength}
          value={field.type === "datetime" ? toLocal(text) : text}
          onChange={(event) => onChange(read(field, event.target.value))}
        />
      );
  }
}

/** A moment is edited in local time and kept as the API's UTC. */
function toLocal(text: string): string {
  const moment = new Date(text);
  if (Number.isNaN(moment.getTime())) return "";
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

function read(field: Field, text: string): unknown {
  if (text === "") return null;
  if (field.type === "int" || field.type === "float") return Number(text);
  return field.type === "datetime" ? new Date(text).toISOString() : text;
}

interface ChoiceProps {
  id: string;
  name: string;
  value: string;
  options: readonly string[];
  names?: readonly string[];
  required: boolean;
  onChange: (value: string | null) => void;
}

function Choice({ value, options, names, onChange, ...shared }: ChoiceProps) {
  return (
    <select {...shared} className="input" value={value} onChange={(event) => onChange(event.target.value || null)}>
      <option value="">{shared.required ? "Choose…" : "None"}</option>
      {options.map((option, at) => (
        <option key={option} value={option}>
          {names?.[at] ?? spoken(option)}
        </option>
      ))}
    </select>
  );
}

function JsonInput({ id, name, value, onChange, invalid, describedBy }: ControlProps & { name: string }) {
  const [text, setText] = useState(value === null || value === undefined ? "" : JSON.stringify(value, null, 2));
  const [broken, setBroken] = useState(false);
  function edit(area: HTMLTextAreaElement) {
    setText(area.value);
    try {
      onChange(area.value.trim() === "" ? null : JSON.parse(area.value));
      setBroken(false);
      area.setCustomValidity("");
    } catch {
      setBroken(true);
      area.setCustomValidity("This is not JSON yet."); // keeps the form from being sent with the last good value
    }
  }
  return (
    <>
      <textarea
        id={id}
        name={name}
        aria-invalid={broken || invalid}
        aria-describedby={describedBy}
        spellCheck={false}
        className="input min-h-32 font-mono"
        value={text}
        onChange={(event) => edit(event.target)}
      />
      {broken && <p className="mt-1 text-sm text-red-600 dark:text-red-400">This is not JSON yet.</p>}
    </>
  );
}

function FileInput({ id, name, value, onChange, invalid, describedBy }: ControlProps & { name: string }) {
  const [state, setState] = useState("");
  function choose(file: File | undefined) {
    if (!file) return;
    setState("Uploading…");
    upload(file).then(
      (stored) => {
        setState("");
        onChange(stored.id);
      },
      (error: Error) => setState(error.message),
    );
  }
  const stored = typeof value === "string" ? value.slice(value.indexOf("/") + 1) : "";
  return (
    <div className="flex flex-wrap items-center gap-3 text-sm">
      <input
        id={id}
        name={name}
        type="file"
        aria-invalid={invalid}
        aria-describedby={describedBy}
        className="input max-w-sm file:mr-3 file:rounded file:border-0 file:bg-zinc-200 file:px-2 dark:file:bg-zinc-700 dark:file:text-zinc-100"
        onChange={(event) => choose(event.target.files?.[0])}
      />
      {stored && <span className="min-w-0 truncate">{stored}</span>}
      {stored && (
        <button type="button" className="button" onClick={() => onChange(null)}>
          Remove
        </button>
      )}
      <output>{state}</output>
    </div>
  );
}
