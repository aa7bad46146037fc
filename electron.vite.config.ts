import { existsSync, globSync } from 'node:fs'
import path from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'

const root = import.meta.dirname

/** Entries by the name of their built file; workers lie flat beside the chunks that start them. */
const mainEntries = Object.fromEntries(
  [
    ['index', 'src/main/index.ts'],
    ['serve', 'src/main/serve.ts'],
    ['cli', 'src/main/cli/main.ts'],
    ...globSync('src/main/workers/*.worker.ts', { cwd: root }).map(file => [
      path.basename(file, '.ts'),
      file,
    ]),
  ]
    .filter(([, file]) => existsSync(path.join(root, file ?? '')))
    .map(([name, file]) => [name, path.join(root, file ?? '')]),
)
const preloadEntry = path.join(root, 'src/preload/index.ts')
const rendererRoot = path.join(root, 'src/renderer')

export default defineConfig({
  main: {
    build: {
      rollupOptions: {
        input: mainEntries,
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      externalizeDeps: false,
      rollupOptions: {
        input: { index: preloadEntry },
        // A sandboxed preload must be CommonJS.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: rendererRoot,
    plugins: [react()],
    build: { minify: true, rollupOptions: { input: path.join(rendererRoot, 'index.html') } },
  },
})
