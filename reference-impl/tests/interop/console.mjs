// The console in a real browser, as somebody in front of it uses it.
//
//     node console.mjs URL CHROMIUM [SCREENSHOT]
//
// The packages are where INVITE_NODE_MODULES says. Prints a line of JSON for each thing that it saw.

import { createRequire } from 'node:module';

const { packages, print } = createRequire(import.meta.url)('./rest.js');
const { chromium } = packages()('playwright-core');
// How long anything may take, on a machine that is busy with other things.
const PATIENCE_MS = 60_000;

const [url, executablePath, screenshot] = process.argv.slice(2);
const browser = await chromium.launch({
    executablePath,
    args: ['--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1'],
});
const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
page.setDefaultTimeout(PATIENCE_MS);
page.on('pageerror', (error) => print({ trouble: String(error) }));
page.on('console', (message) => {
    if (message.type() === 'error') print({ trouble: message.text() });
});
await page.goto(url);
// Waits until there is an element with this text, and says so.
const sees = async (what, within = page) => {
    await within.getByText(what).first().waitFor();
    print({ saw: String(what) });
};
const card = (who) => page.locator('.card', { has: page.locator('h3', { hasText: who }) });
const press = (name, within = page) => within.getByRole('button', { name, exact: true }).click();

for (const who of ['alice', 'bob']) {
    await page.getByLabel('External id', { exact: true }).fill(who);
    await press('Open a session');
    await sees('connected', card(who));
}
await press('Create and join', card('alice'));
await sees('alice: ON_AIR', card('alice'));
await press('Invite', card('alice'));
await sees('InvitationReceived', card('bob').locator('.heard'));
await press('Join', card('bob'));
await sees('bob: ON_AIR', card('alice'));
await press('All permissions', card('alice'));
await sees('UpdateToken', card('bob').locator('.heard'));
await press('Drop the socket', card('bob'));
await sees('no socket', card('bob'));
await press('Connect again', card('bob'));
await sees('connected', card('bob'));
if (screenshot) await page.screenshot({ path: screenshot, fullPage: true });
await press('Kick', card('alice'));
await sees('ParticipantKicked', card('bob').locator('.heard'));
await sees('bob: KICKED', card('alice'));
await press('Leave', card('alice'));
await page.getByLabel('Alias').fill('Weekly');
await press('Create by REST');
await sees('Created Weekly; invited: bob.');
await press('Close the session', card('alice'));
await card('alice').waitFor({ state: 'detached' });
const text = await page.locator('body').innerText();
const width = await page.evaluate(() => document.documentElement.scrollWidth);
print({ end: true, tokens: /eyJ[\w-]+\./.test(text), width });
await browser.close();
