"""征求意见: the office asks units for their opinion of an ordinary paper, and says what became of each of them.

What must go through a meeting and needs consent (制度四(六)) never comes here: it has a room of its own.
"""
