// @ts-check
/**
 * Passkeys: asks the browser for one when, and only when, the button is pressed, and sends what it gives with the form.
 *
 * `<form data-passkey="create|get" data-options="id-of-json">` holds a hidden `credential`, a button
 * `[data-passkey-button]` and a line `[data-passkey-status]`. Without `data-options` they are fetched from the form's
 * own address when the button is pressed, so that nothing is begun before.
 * @module hb/account/passkeys
 */

/** @param {string} text base64url */
function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (it) => it.charCodeAt(0));
}

/** @param {ArrayBuffer | null} buffer */
function text(buffer) {
  if (!buffer) return null;
  const plain = Array.from(new Uint8Array(buffer), (it) => String.fromCharCode(it)).join("");
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** @param {any} options as the server wrote them: what is bytes stands there as base64url */
function read(options) {
  const known = (/** @type {any} */ it) => ({ ...it, id: bytes(it.id) });
  const read = { ...options.publicKey, challenge: bytes(options.publicKey.challenge) };
  if (read.user) read.user = known(read.user);
  if (read.excludeCredentials) read.excludeCredentials = read.excludeCredentials.map(known);
  if (read.allowCredentials) read.allowCredentials = read.allowCredentials.map(known);
  return { publicKey: read };
}

/** @param {any} credential as the browser gives it; returns it as text */
function written(credential) {
  const { response } = credential;
  /** @type {Record<string, any>} */
  const said = { clientDataJSON: text(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name] !== undefined) said[name] = text(response[name]);
  }
  if (response.getTransports) said.transports = response.getTransports();
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response: said,
    clientExtensionResults: credential.getClientExtensionResults(),
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
  });
}

/** @param {HTMLFormElement} form */
async function options(form) {
  const kept = form.dataset.options && document.getElementById(form.dataset.options)?.textContent;
  if (kept) return JSON.parse(kept);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`The site answered ${answer.status}.`);
  return (await answer.json()).request_options;
}

for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form[data-passkey]"))) {
  const button = /** @type {HTMLButtonElement} */ (form.querySelector("[data-passkey-button]"));
  const status = /** @type {HTMLElement} */ (form.querySelector("[data-passkey-status]"));
  const field = /** @type {HTMLInputElement} */ (form.elements.namedItem("credential"));
  if (!window.PublicKeyCredential) {
    status.textContent = status.dataset.unable ?? "";
    continue;
  }
  button.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    status.textContent = status.dataset.waiting ?? "";
    try {
      const wanted = read(await options(form));
      const get = form.dataset.passkey === "get";
      field.value = written(await (get ? navigator.credentials.get(wanted) : navigator.credentials.create(wanted)));
      form.submit();
    } catch (error) {
      console.info("passkey:", error);
      status.textContent = status.dataset.failed ?? "";
      button.disabled = false;
    }
  });
}
