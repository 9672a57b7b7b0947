// Bundles the page: node build.mjs <folder>
import { build } from 'esbuild';
import { cp, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

const here = import.meta.dirname;
const require = createRequire(import.meta.url);
const folder = process.argv[2];

/** The modules of @grafana/* in their CommonJS form: from the others, React's default import is an object. */
const commonJS = {
  name: 'commonjs',
  setup({ onResolve }) {
    onResolve({ filter: /^@grafana\/[a-z0-9-]+(\/(unstable|internal))?$/ }, ({ path: name }) => ({
      path: require.resolve(name),
    }));
  },
};

await mkdir(folder, { recursive: true });
await build({
  entryPoints: [path.join(here, 'index.tsx')],
  outfile: path.join(folder, 'page.js'),
  bundle: true,
  minify: true,
  keepNames: true,
  target: 'es2022',
  define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
  loader: { '.woff': 'dataurl', '.woff2': 'dataurl', '.svg': 'dataurl', '.png': 'dataurl', '.ttf': 'empty' },
  plugins: [commonJS],
  logLevel: 'error',
});
await cp(path.join(here, 'index.html'), path.join(folder, 'index.html'));
