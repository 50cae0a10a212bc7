/** The code of a worker, bundled (esbuild.mjs). */
declare module '*?code' {
  const code: string;
  export default code;
}
