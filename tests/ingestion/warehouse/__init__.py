"""Tests of schema `raw`: loads, retention, withdrawal, damage."""
