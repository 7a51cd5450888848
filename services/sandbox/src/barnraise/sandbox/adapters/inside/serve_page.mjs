// Serves the page of a preview: the project's own Vite, in middleware mode, on a listening socket that was passed in.
// Words on stdin: "start" and the folder of the page (its files are there), "listen". Words to the other descriptor: "made", "up".
import { createServer as createHttpServer } from 'node:http'
import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'

const [listener, said] = process.argv.slice(2).map(Number)
const frontend = '/app/frontend'
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

async function start(root) {
  server = await vite.createServer({
    root,
    clearScreen: false,
    ...(root === frontend ? { plugins: [reachApi, watch] } : { ...plainPages, plugins: [watch] }),
    server: { middlewareMode: true, hmr: { server: http } },
  })
  http.on('request', server.middlewares)
  say('made')
}

function listen() {
  http.listen({ fd: listener }, () => say('up'))
}

const words = { start, listen }
for await (const line of createInterface({ input: process.stdin })) {
  const [word, ...rest] = line.split(' ')
  await words[word]?.(...rest)
}
