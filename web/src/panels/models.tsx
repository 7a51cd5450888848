import { useId, useState } from "react";

import * as api from "../api/calls";
import type { ModelSettings, ModelSetup, ModelVerdict, SetUpModel } from "../api/types";
import type { ProjectState } from "../live/reducer";
import { useResource } from "../live/resource";
import { useAct } from "../state/act";
import { Tag } from "../ui/badge";
import { Button } from "../ui/button";
import { Confirm } from "../ui/confirm";
import { LoadFailed, Loading, Notice, ProblemNotice } from "../ui/notice";

const VENDORS = ["openai", "anthropic", "gemini", "groq", "cerebras", "openrouter", "deepseek", "mistral", "ollama", "vllm", "compatible"];
const TASKS = ["code", "reasoning", "ui", "cheap", "vision"] as const;
const FIELD = "h-9 w-full rounded-md border border-edge bg-board px-2.5 text-sm";
const ORIGIN: Record<SetUpModel["origin"], string> = { project: "this project", instance: "all projects", file: "the operator's file" };
const EMPTY: ModelSettings = { name: "", vendor: "openai", model: "", url: null, tasks: ["code", "reasoning", "ui", "cheap"] };

/** Which models this project may ask, and what it may spend. Keys can be given here, and are never shown again. */
export function ModelsPanel({ state }: { state: ProjectState }) {
  const id = state.project.id;
  const { data, error, reload } = useResource(`models:${id}`, (signal) => api.modelSetup(id, signal));
  const [editing, setEditing] = useState<ModelSettings | null>(null);
  const [removing, setRemoving] = useState<string | null>(null);
  const { busy, error: refused, act } = useAct();
  if (!data) return error ? <LoadFailed error={error} retry={reload} /> : <Loading what="the models" />;
  const done = () => {
    setEditing(null);
    reload();
  };
  const remove = (name: string) =>
    act("remove", async () => {
      await api.removeModel(id, name);
      setRemoving(null);
      reload();
    });
  return (
    <div className="h-full overflow-y-auto" tabIndex={0} role="region" aria-label="Models">
      <div className="mx-auto max-w-3xl space-y-4 p-4">
        <header>
          <h2 className="font-semibold">Models of this project</h2>
          <p className="text-sm text-soft">They do what no plan can say, in this order; without any, the built-in engine does everything that it can. Files that a request is about are sent to them.</p>
        </header>
        {data.problem && <Notice tint="bad" title={data.problem} />}
        {!data.keeps_keys && <Notice tint="ask" title="Keys cannot be kept on this instance: its operator has to set a secret first (docs/models.md)." />}
        <ul className="space-y-2">
          {data.models.map((one) => (
            <ModelRow key={one.settings.name} one={one} onEdit={() => setEditing(one.settings)} onRemove={() => setRemoving(one.settings.name)} />
          ))}
        </ul>
        {!data.models.length && <p className="text-sm text-soft">No model is set up.</p>}
        {editing ? (
          <ModelForm key={editing.name} id={id} start={editing} known={data.models} onDone={done} onCancel={() => setEditing(null)} />
        ) : (
          <Button look="primary" onClick={() => setEditing(EMPTY)} data-testid="model-add">
            Add a model
          </Button>
        )}
        {refused && <ProblemNotice problem={refused.problem} />}
        <Budgets key={JSON.stringify(data.budgets)} id={id} setup={data} onDone={reload} />
      </div>
      {removing && (
        <Confirm title={`Remove ${removing}?`} yes="Remove it" busy={busy !== null} onYes={() => remove(removing)} onNo={() => setRemoving(null)}>
          Its key is removed too.
        </Confirm>
      )}
    </div>
  );
}

function ModelRow({ one, onEdit, onRemove }: { one: SetUpModel; onEdit: () => void; onRemove: () => void }) {
  const { settings, origin, has_key, readable } = one;
  return (
    <li data-testid="model" className="flex flex-wrap items-center gap-2 rounded-xl border border-line bg-board px-3.5 py-2.5 text-sm">
      <div className="min-w-0 flex-1">
        <p className="font-medium break-all">
          {settings.name} <span className="font-normal text-soft">{settings.model}</span>
        </p>
        <p className="flex flex-wrap gap-1.5 text-xs text-soft">
          {settings.vendor} · for {ORIGIN[origin]}
          <Tag tint={readable ? "neutral" : "bad"}>{!readable ? "Its key cannot be read any more: give it again" : has_key ? "Has a key" : "No key"}</Tag>
        </p>
      </div>
      {origin === "project" && (
        <>
          <Button size="sm" onClick={onEdit} data-testid="model-edit">
            Change
          </Button>
          <Button size="sm" icon="trash" onClick={onRemove} data-testid="model-remove">
            Remove
          </Button>
        </>
      )}
    </li>
  );
}

function ModelForm({ id, start, known, onDone, onCancel }: { id: string; start: ModelSettings; known: SetUpModel[]; onDone: () => void; onCancel: () => void }) {
  const [settings, setSettings] = useState(start);
  const [key, setKey] = useState("");
  const [verdict, setVerdict] = useState<ModelVerdict | null>(null);
  const { busy, error, act } = useAct();
  const change = (part: Partial<ModelSettings>) => {
    setVerdict(null);
    setSettings({ ...settings, ...part });
  };
  const keeps = known.some((one) => one.origin === "project" && one.settings.name === start.name && one.has_key);
  const given = key || null;
  const incomplete = !settings.name || !settings.model;
  return (
    <form
      data-testid="model-form"
      autoComplete="off"
      className="space-y-3 rounded-xl border border-line bg-board p-4"
      onSubmit={(event) => {
        event.preventDefault();
        act("save", async () => {
          await api.saveModel(id, settings, given);
          onDone();
        });
      }}
    >
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label="Name" value={settings.name} onValue={(name) => change({ name })} placeholder="strong" disabled={Boolean(start.name)} testid="model-name" />
        <label className="block space-y-1 text-sm">
          <span className="font-medium">Provider</span>
          <select className={FIELD} value={settings.vendor} onChange={(event) => change({ vendor: event.target.value })} data-testid="model-vendor">
            {VENDORS.map((vendor) => (
              <option key={vendor}>{vendor}</option>
            ))}
          </select>
        </label>
        <Field label="Model, as the provider calls it" value={settings.model} onValue={(model) => change({ model })} placeholder="gpt-5" testid="model-model" />
        <Field label="Address, if not the provider's own" value={settings.url ?? ""} onValue={(url) => change({ url: url || null })} placeholder="https://…/v1" testid="model-url" />
        <Field label={keeps ? "Key (empty: the kept one stays)" : "Key"} value={key} onValue={(text) => { setVerdict(null); setKey(text); }} type="password" testid="model-key" />
        <fieldset className="text-sm">
          <legend className="font-medium">For</legend>
          <div className="flex flex-wrap gap-x-3 gap-y-1 pt-1.5">
            {TASKS.map((task) => (
              <label key={task} className="inline-flex min-h-6 items-center gap-1.5">
                <input type="checkbox" checked={settings.tasks?.includes(task) ?? false} onChange={(event) => change({ tasks: TASKS.filter((one) => (one === task ? event.target.checked : settings.tasks?.includes(one))) })} />
                {task}
              </label>
            ))}
          </div>
        </fieldset>
      </div>
      {verdict && <Notice tint={verdict.ok ? "good" : "bad"} title={verdict.sentence} testid="model-verdict" alert />}
      {error && <ProblemNotice problem={error.problem} />}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look="primary" busy={busy === "save"} disabled={busy !== null || incomplete} data-testid="model-save">
          Save
        </Button>
        <Button busy={busy === "test"} disabled={busy !== null || incomplete} onClick={() => act("test", async () => setVerdict(await api.testModel(id, settings, given)))} data-testid="model-test">
          Test connection
        </Button>
        <Button look="quiet" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

interface FieldProps {
  label: string;
  value: string;
  onValue: (value: string) => void;
  placeholder?: string;
  type?: string;
  disabled?: boolean;
  testid: string;
}

function Field({ label, value, onValue, placeholder, type = "text", disabled = false, testid }: FieldProps) {
  const id = useId();
  return (
    <div className="space-y-1 text-sm">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <input id={id} className={FIELD} type={type} value={value} placeholder={placeholder} disabled={disabled} autoComplete={type === "password" ? "new-password" : "off"} spellCheck={false} onChange={(event) => onValue(event.target.value)} data-testid={testid} />
    </div>
  );
}

/** Caps in dollars, where most people think in them; those in tokens that the API may have set stay. */
function Budgets({ id, setup, onDone }: { id: string; setup: ModelSetup; onDone: () => void }) {
  const { budgets, own_budgets } = setup;
  const [job, setJob] = useState(budgets.job.cost ?? "");
  const [project, setProject] = useState(budgets.project.cost ?? "");
  const { busy, error, act } = useAct();
  const save = (wanted: ModelSetup["budgets"] | null) =>
    act("save", async () => {
      await api.setBudgets(id, wanted);
      onDone();
    });
  return (
    <section aria-label="Budgets" className="space-y-3 rounded-xl border border-line bg-board p-4">
      <h3 className="font-medium">Budgets</h3>
      <p className="text-sm text-soft">A reply ends where its budget does. Empty is without a limit in dollars{own_budgets ? "" : "; these are the instance's"}.</p>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label="Dollars for one job" value={job} onValue={setJob} placeholder="none" testid="budget-job" />
        <Field label="Dollars for the whole project" value={project} onValue={setProject} placeholder="none" testid="budget-project" />
      </div>
      {error && <ProblemNotice problem={error.problem} />}
      <div className="flex gap-2">
        <Button busy={busy !== null} disabled={busy !== null} onClick={() => save({ job: { ...budgets.job, cost: job || null }, project: { ...budgets.project, cost: project || null } })} data-testid="budget-save">
          Save the budgets
        </Button>
        {own_budgets && (
          <Button look="quiet" disabled={busy !== null} onClick={() => save(null)}>
            Use the instance's
          </Button>
        )}
      </div>
    </section>
  );
}
