import { render } from 'preact';
import { App } from './app.js';
import { Connection } from './connection.js';
import { LogitsCache } from './logitsCache.js';
import './panel.css';
import { PictureCache } from './parts/examples/pictureCache.js';
import { showTextsOnly } from './shownText.js';
import { PanelStore } from './store.js';
import { startWorker } from './sums/startWorker.js';
import { Sums } from './sums/sums.js';
import workerCode from './sums/worker.ts?code';
import { TestResults } from './testResults.js';
import { registerToolkit } from './toolkit.js';
import { vscodePort } from './vscodePort.js';

/** The composition root of the page. */
registerToolkit();
showTextsOnly();
const port = vscodePort();
const store = new PanelStore((flush) => requestAnimationFrame(flush));
const connection = new Connection(port, (message) => store.receive(message));
const sums = new Sums(startWorker(workerCode));
const logits = new LogitsCache(connection, sums);
const pictures = new PictureCache(connection);
const tests = new TestResults(connection);
const page = document.body.appendChild(document.createElement('div'));
render(
  <App
    store={store}
    connection={connection}
    logits={logits}
    sums={sums}
    pictures={pictures}
    tests={tests}
    port={port}
  />,
  page,
);
connection.ready();
