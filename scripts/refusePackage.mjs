// vsce runs this before it packages the checkout by itself: the package would lack the libraries of its platform.
console.error(
  '`npm run package` makes the package: it adds the libraries of this platform. `npx vsce ls` lists the rest.',
);
process.exitCode = 1;
