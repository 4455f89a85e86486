// Sends the requests that the forms describe, and shows the responses.
const token = document.getElementById("token");

function requestOf(form) {
  let path = form.dataset.path.slice(1);
  const query = new URLSearchParams();
  for (const input of form.querySelectorAll("input[data-in]")) {
    if (!input.value) continue;
    if (input.dataset.in === "path") path = path.replace(`{${input.name}}`, encodeURIComponent(input.value));
    else for (const value of "many" in input.dataset ? input.value.split(",") : [input.value])
      query.append(input.name, value.trim());
  }
  const headers = token?.value ? { Authorization: `Bearer ${token.value}` } : {};
  const { body, file } = form.elements;
  if (body) headers["Content-Type"] = "application/json";
  if (file) headers["Content-Type"] = "application/octet-stream";
  return [`${path}${query.size ? `?${query}` : ""}`, {
    method: form.dataset.method, headers, body: body?.value ?? file?.files[0],
  }];
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

async function show(response, output) {
  const kind = response.headers.get("content-type") ?? "";
  output.replaceChildren(`${response.status} ${response.statusText} · ${kind}`);
  if (kind.startsWith("image/")) {
    const image = new Image();
    image.src = URL.createObjectURL(await response.blob());
    image.alt = "The page";
    output.append(image);
    return;
  }
  const shown = document.createElement("pre");
  output.append(shown);
  if (!kind.includes("ndjson")) {
    shown.textContent = pretty(await response.text());
    return;
  }
  for await (const part of response.body.pipeThrough(new TextDecoderStream())) shown.append(part);
}

for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const output = form.querySelector("output");
    try {
      await show(await fetch(...requestOf(form)), output);
    } catch (error) {
      output.textContent = `The server cannot be reached: ${error.message}`;
    }
  });
}
