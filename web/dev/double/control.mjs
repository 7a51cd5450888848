// What a test does to the double, under /double/.
export function control(platform, stories, faults, verb, body) {
  const project = body.project && platform.projects.get(body.project);
  switch (verb) {
    case "reset":
      platform.reset();
      Object.assign(faults, { rules: [], refuseSockets: 0, signedOut: false, seen: [], down: false });
      return undefined;
    case "seed": {
      const made = platform.seed(body.name);
      if (body.preview) platform.showPreview(made);
      return platform.view(made);
    }
    case "state":
      return { seen: faults.seen, seq: platform.seq, projects: [...platform.projects.values()].map((each) => platform.view(each)), log: platform.log };
    case "set":
      // pace (ms a step takes), sandbox (can applications run), limits (what their sandboxes hold), signedOut, down (nothing answers), refuseSockets (how many tries fail)
      for (const [name, value] of Object.entries(body)) (name in platform ? platform : faults)[name] = value;
      if (body.down || body.signedOut) platform.cut();
      return undefined;
    case "fail":
      faults.rules.push({ times: 1, code: "internal", detail: "Something broke on our side.", next: "Try again.", ...body });
      return undefined;
    case "hold": {
      const held = Promise.withResolvers?.() ?? withResolvers();
      platform.held.set(body.step, held);
      return undefined;
    }
    case "release":
      platform.held.get(body.step)?.resolve();
      platform.held.delete(body.step);
      return undefined;
    case "cut":
      return platform.cut();
    case "forget":
      return platform.forget();
    case "emit": {
      const told = platform.tell(project, body.event);
      if (told.type === "preview.troubled.v1") project.preview.trouble = body.event;
      if (told.type === "message.posted.v1") project.messages.push({ id: told.id, role: told.role, text: told.text, at: told.at, job_id: null });
      return told;
    }
    case "propose": {
      const { files: _, ...commit } = project.commits[0];
      const made = { branch: `proposals/${project.jobs.at(-1).id}`, commit, base: project.commits[1].commit, job_id: project.jobs.at(-1).id, status: "needs_input", text: "", files: [], checks: null, tests: null, waits: null, used: null, impact: null, ...body.proposal };
      project.proposals = [...(project.proposals ?? []), made];
      return platform.tell(project, { type: "code.proposed.v1", branch: made.branch, commit: made.commit.commit, changed: true, text: made.text });
    }
    case "now":
      return platform.glance(project, body.progress);
    case "edit":
      return { commit: platform.addCommit(project, "edit", `Edit ${body.path}`, { ...project.commits[0].files, [body.path]: body.content }) };
    default:
      throw new Error(`no such verb: ${verb}`);
  }
}

/** Node 20 has no Promise.withResolvers. */
function withResolvers() {
  const made = {};
  made.promise = new Promise((resolve) => {
    made.resolve = resolve;
  });
  return made;
}
