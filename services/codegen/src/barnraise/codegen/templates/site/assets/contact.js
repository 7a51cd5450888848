// The form has no server to send to: it opens a message in the visitor's own mail program, with everything filled in.
for (const form of document.querySelectorAll("form[data-mail]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { name, email, message } = Object.fromEntries(new FormData(form));
    const body = `${message}\n\n${name}\n${email}`;
    location.href = `mailto:${form.dataset.mail}?subject=${encodeURIComponent(name)}&body=${encodeURIComponent(body)}`;
  });
}
