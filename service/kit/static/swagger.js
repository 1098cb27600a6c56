// The API documentation is drawn from our own specification; nothing is asked of another host.
"use strict";
const place = document.getElementById("swagger");
window.SwaggerUIBundle({
  domNode: place,
  url: place.dataset.spec,
  deepLinking: true,
  docExpansion: "none",
  validatorUrl: null,
  filter: true,
  persistAuthorization: false,
});
