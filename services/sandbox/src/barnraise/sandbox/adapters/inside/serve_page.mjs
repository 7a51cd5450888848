// Serves the page of a preview: the project's own Vite, in middleware mode, on a listening socket that was passed in.
// Words on stdin: "warm", while there are no files yet; "start" and the folder of the page (its files are there), "listen"; for an edit
// "hold", "check" with its files, "release" or, where it was taken back, "restored" with them.
// Words to the other descriptor: "warmed", "made", "up"; "good" or "bad".
import { once } from 'node:events'
import { cpSync, existsSync, readFileSync, readdirSync, realpathSync, rmSync, writeSync } from 'node:fs'
import { createServer as createHttpServer, get } from 'node:http'
import { text } from 'node:stream/consumers'
import { createInterface } from 'node:readline'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const [listener, said] = process.argv.slice(2).map(Number)
const frontend = '/app/frontend'
const results = '/tmp/results'
const modules = `${frontend}/node_modules`
// The packages' bundles that the base layer has. Their paths depend on whether its packages are mounted or linked here; a project's own
// packages have others.
const bundles = `/opt/web/bundles/${realpathSync(modules) === modules ? 'mounted' : 'linked'}`
const cache = `${modules}/.vite/deps`
const vite = await import(`${frontend}/node_modules/vite/dist/node/index.js`)
const say = (word) => writeSync(said, `${word}\n`)

const http = createHttpServer()
let server

// The project's own configuration rules; this adds the way to the API where it has none.
const reachApi = {
  name: 'barnraise:api',
  config: (user) =>
    user.server?.proxy?.['/api']
      ? {}
      : { server: { proxy: { '/api': { target: { socketPath: process.env.API_SOCKET }, changeOrigin: false } } } },
}

// The platform's eye on the page, which is served beside the application and not part of it.
const watch = {
  name: 'barnraise:watch',
  transformIndexHtml: {
    order: 'pre',
    handler: () => [{ tag: 'script', attrs: { src: '/.barnraise/watch.js' }, injectTo: 'head-prepend' }],
  },
}

// A folder of plain pages: each address is a file, and there is nothing to configure.
const plainPages = { configFile: false, appType: 'mpa', cacheDir: '/tmp/vite' }

// What a program leaves is to be looked at in its page and to be downloaded. Opened by itself it does nothing, whatever it is.
const inert = {
  name: 'barnraise:inert',
  configureServer({ middlewares }) {
    middlewares.use(({ url }, answer, next) => {
      if (!/^\/(index\.html)?(\?|$)/.test(url)) {
        answer.setHeader('Content-Disposition', 'attachment')
        answer.setHeader('Content-Security-Policy', "sandbox; default-src 'none'")
        answer.setHeader('X-Content-Type-Options', 'nosniff')
      }
      next()
    })
  },
}

// What happens to files while an edit is judged is told afterwards, or never where the edit was taken back: then nothing has happened.
let held
const settled = new Map()
const inPlace = {
  name: 'barnraise:in-place',
  transform: { order: 'post', handler: unmapped },
  configResolved({ logger }) {
    const pass = logger.error
    logger.error = (...words) => held || pass(...words) // the judgement says it, once
  },
  configureServer({ watcher, environments }) {
    const { hot } = environments.client
    const send = hot.send.bind(hot)
    hot.send = (...words) => (held ? held.push(() => send(...words)) : send(...words))
    const pass = watcher.emit.bind(watcher)
    watcher.emit = (...words) => {
      const [event, path] = words[0] === 'all' ? words.slice(1) : words
      if (!['add', 'change', 'unlink'].includes(event)) return pass(...words)
      if (held) return held.push(() => pass(...words)) > 0
      if (settled.has(path) && settled.get(path) === content(path)) return true
      settled.delete(path)
      return pass(...words)
    }
  },
}

// Nobody edits packages, and for the largest a source map takes longer to make and to load than its code. No plug-in of its own: Vite
// takes bundles only where the plug-ins have the names of those that they were made with.
function unmapped(code, id) {
  return id.includes('/node_modules/') || id.startsWith('/@') ? { code, map: { mappings: '' } } : null
}

function content(path) {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return null
  }
}

function hold() {
  held = []
}

function release() {
  const waiting = held ?? []
  held = undefined
  for (const tell of waiting) tell()
}

function restored(files) {
  held = undefined
  for (const file of JSON.parse(files)) settled.set(file, content(file))
  forget(JSON.parse(files))
}

// The modules of the files, to be built anew.
function forget(files) {
  for (const module of files.flatMap(modulesOf)) server.moduleGraph.invalidateModule(module)
}

function modulesOf(file) {
  return [...(server.moduleGraph.getModulesByFile(file) ?? [])]
}

function importersOf(file) {
  return modulesOf(file).flatMap((module) => [...module.importers].map((importer) => importer.file))
}

// Whether the page can be built with the edited files: all that it is made of is walked, beginning at its scripts. What was broken
// elsewhere before is no fault of the edit; what imports a file that is gone now is.
async function check(order) {
  const [, number, files] = /^(\d+) (.*)$/.exec(order)
  const edited = JSON.parse(files)
  forget(edited)
  const importers = edited.filter((file) => content(file) === null).flatMap(importersOf)
  forget(importers)
  const suspects = new Set([...edited, ...importers])
  const seen = new Set()
  let fault

  async function visit(url) {
    if (seen.has(url)) return
    seen.add(url)
    const failure = await server.transformRequest(url).then(() => null, (error) => error)
    const module = await server.moduleGraph.getModuleByUrl(url)
    if (failure && suspects.has(module?.file ?? frontend + url)) fault ??= failure
    const own = [...(module?.importedModules ?? [])].filter(isOwn)
    await Promise.all(own.map((imported) => visit(imported.url)))
  }

  await Promise.all(entries().map(visit))
  if (fault) complain(fault)
  say(`${fault ? 'bad' : 'good'} ${number}`)
}

// Not what a plugin only watches, as that of the styles does with every file: Vite knows those by their path.
function isOwn({ file, url }) {
  return file?.startsWith(`${frontend}/`) && !file.includes('/node_modules/') && !url.startsWith('/@fs/')
}

function entries() {
  const page = content(`${frontend}/index.html`) ?? ''
  const scripts = [...page.matchAll(/<script\b[^>]*>/gi)].map(([tag]) => tag).filter((tag) => /type=["']?module/i.test(tag))
  return scripts.map((tag) => /\bsrc=["']?([^"'\s>]+)/i.exec(tag)?.[1]).filter((url) => url?.startsWith('/') && !url.startsWith('//'))
}

function complain({ message, id, loc, frame }) {
  const place = (loc?.file ?? id ?? '').replace('/app/', '')
  const line = loc ? `:${loc.line}:${loc.column}` : ''
  console.error(`[vite] Internal server error: ${place}${line} ${message.replace(/\s+/g, ' ')}${frame ? `\n${frame}` : ''}`)
}

function make(root, http, more = {}) {
  return vite.createServer({
    root,
    clearScreen: false,
    ...(root === frontend ? { plugins: [reachApi, watch, inPlace] } : { ...plainPages, plugins: root === results ? [watch, inert] : [watch] }),
    // No overlay: an error is told beside the page, and nothing lies over what still works.
    server: { middlewareMode: true, hmr: { server: http, overlay: false } },
    ...more,
  })
}

// Serve a page like those to come, once, to nobody: then what it takes is loaded and compiled, and its packages are bundled in Vite's cache,
// which another page with the same plug-ins finds there. A bundler that has run keeps its memory: the base layer's bundles spare it that.
async function warm() {
  const standIn = '/opt/runner/stand_in'
  const http = createHttpServer()
  try {
    takeBundles()
    cpSync(standIn, frontend, { recursive: true })
    const server = await make(frontend, http, { logLevel: 'silent' })
    http.on('request', server.middlewares)
    await once(http.listen('/tmp/warm.sock'), 'listening')
    const fetch = async (path) => text((await once(get({ socketPath: '/tmp/warm.sock', path }), 'response'))[0])
    await fetch('/')
    await fetch('/src/index.css')
    for (const [, path] of (await fetch('/src/main.tsx')).matchAll(/from "([^"]+)"/g)) await fetch(path)
    await server.close()
  } catch (failure) {
    console.error(`The page's server could not be warmed: ${failure}`)
  }
  http.closeAllConnections()
  http.close()
  collect()
  for (const name of readdirSync(standIn)) rmSync(`${frontend}/${name}`, { recursive: true, force: true })
  say('warmed')
}

// Whoever waits collects no garbage by himself.
function collect() {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
}

function takeBundles() {
  if (!existsSync(bundles) || existsSync('/opt/more/node_modules') || existsSync(cache)) return
  cpSync(bundles, cache, { recursive: true, filter: (path) => !path.endsWith('.map') })
}

async function start(root) {
  if (root === frontend) takeBundles()
  server = await make(root, http)
  http.on('request', server.middlewares)
  say('made')
}

function listen() {
  http.listen({ fd: listener }, () => say('up'))
}

const words = { warm, start, listen, hold, check, release, restored }
for await (const line of createInterface({ input: process.stdin })) {
  const [, word, rest] = /^(\S*) ?(.*)$/.exec(line)
  await words[word]?.(rest)
}
