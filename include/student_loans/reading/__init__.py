"""OCR readers behind one interface: a gray page image in, words with boxes out."""

import sys

# OpenVINO reports each import to Google Analytics, unless its reporter is missing. No environment variable turns that off.
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
