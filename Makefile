lock: ## Resolve the two lock files anew (names, versions and hashes only)
	.venv/bin/uv pip compile $(LOCK_FLAGS) --extra build --extra embedded --extra dev -o requirements-dev.lock pyproject.toml
	.venv/bin/uv pip compile $(LOCK_FLAGS) --extra build -c requirements-dev.lock -o requirements.lock pyproject.toml
